import { Mailer, type MailOutcome } from '../domain/mailer.js';

/**
 * Stands in when no mail server is configured. Mails then wait as they are, without a try and
 * without a cost, and go out after a start with one.
 */
export class NoMailer extends Mailer {
  override readonly unavailableBecause = 'SMTP_URL is not set';

  override async send(): Promise<MailOutcome> {
    const message = this.unavailableBecause;
    return { kind: 'refused', permanent: false, code: 'ENOSERVER', message, durationMs: 0 };
  }
}
