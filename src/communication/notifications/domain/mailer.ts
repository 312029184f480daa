/** One mail as it goes to the mail server. */
export interface OutgoingMail {
  /** `ntf_...`; a retry with the same id is the same message to every mail program. */
  readonly notificationId: string;
  readonly eventId: string;
  /** Plain addresses, without names. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  /** The `Date` of the mail, the same on every try. */
  readonly createdAtMs: number;
  /** W3C Trace Context of the sending, null when it is not traced. */
  readonly traceparent: string | null;
}

/** What became of one try to send a mail. */
export type MailOutcome =
  | {
      readonly kind: 'accepted';
      /** The server's last reply, e.g. `250 2.0.0 Ok: queued as 4D2F1`. */
      readonly response: string;
      /** Recipients that the server refused while it took the mail for the others. */
      readonly rejected: readonly string[];
      readonly durationMs: number;
    }
  | {
      readonly kind: 'refused';
      /** True when the same mail would be refused again (SMTP 5xx for this mail). */
      readonly permanent: boolean;
      /** The SMTP reply code (`550`), or the kind of failure (`ETIMEDOUT`). */
      readonly code: string;
      readonly message: string;
      readonly durationMs: number;
    };

/** A try has ended by then, whatever the mail server does. */
export const sendMsMax = 60_000;

/** Hands mails to a mail server. */
export abstract class Mailer {
  /** Why no mail can be sent at all, so that nothing is tried; null when mails can be sent. */
  abstract readonly unavailableBecause: string | null;

  /** Tries once, within `sendMsMax`. Never rejects: every failure is an outcome. */
  abstract send(mail: OutgoingMail): Promise<MailOutcome>;
}
