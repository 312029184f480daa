import type { OnApplicationShutdown } from '@nestjs/common';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { z } from 'zod';
import { Mailer, type MailOutcome, type OutgoingMail } from '../domain/mailer.js';

interface SmtpTimeouts {
  readonly connectMs: number;
  readonly greetingMs: number;
  /** Silence on the connection after which it is given up. */
  readonly socketMs: number;
  /** One send in all, waiting for a free connection included. */
  readonly totalMs: number;
}

export interface SmtpSettings {
  /** `smtp://user:password@host:port`, or `smtps://` for TLS from the first byte. */
  readonly url: string;
  /** The sender, `ops@example.com` or `Signalbox <ops@example.com>`. */
  readonly from: string;
  readonly timeouts?: SmtpTimeouts;
}

const connectMs = 5_000;
const greetingMs = 5_000;
const socketMs = 15_000;
// A server that sends a byte now and then is never silent, so the whole has a limit of its own.
const totalMs = connectMs + greetingMs + 3 * socketMs;
const timeoutsDefault: SmtpTimeouts = { connectMs, greetingMs, socketMs, totalMs };

const connectionsMax = 5;
const messagesPerConnectionMax = 100;
/** A pooled connection may have died since its last mail; one more try on a new one is enough. */
const requeuesMax = 1;
const messageCharsMax = 500;
/** Replies about our password and TLS (RFC 4954, 6), which a person can repair while mails wait. */
const settingsReplies = [530, 534, 535, 538];

/** Sends mails over a pool of SMTP connections. */
export class SmtpMailer extends Mailer implements OnApplicationShutdown {
  override readonly unavailableBecause = null;
  private readonly transport;
  private readonly from: string;
  private readonly totalMs: number;

  constructor({ url, from, timeouts = timeoutsDefault }: SmtpSettings) {
    super();
    this.from = from;
    this.totalMs = timeouts.totalMs;
    this.transport = createTransport({
      pool: true,
      url,
      maxConnections: connectionsMax,
      maxMessages: messagesPerConnectionMax,
      maxRequeues: requeuesMax,
      connectionTimeout: timeouts.connectMs,
      dnsTimeout: timeouts.connectMs,
      greetingTimeout: timeouts.greetingMs,
      socketTimeout: timeouts.socketMs,
      // A template's output is content, never an order to read something.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  override async send(mail: OutgoingMail): Promise<MailOutcome> {
    const startedAt = performance.now();
    const elapsedMs = () => Math.round(performance.now() - startedAt);
    try {
      const signal = AbortSignal.timeout(this.totalMs);
      const sent = await this.transport.sendMail({ ...this.message(mail), signal });
      const rejected = sent.rejected.map(String);
      return { kind: 'accepted', response: sent.response, rejected, durationMs: elapsedMs() };
    } catch (error) {
      return { kind: 'refused', ...refusal(error), durationMs: elapsedMs() };
    }
  }

  /**
   * Closes idle connections now and busy ones when their mail is sent; waiting mails are refused.
   */
  close(): void {
    this.transport.close();
  }

  onApplicationShutdown(): void {
    this.close();
  }

  private message(mail: OutgoingMail): SendMailOptions {
    return {
      from: this.from,
      // As objects they are taken as they are: a comma in one cannot make it two recipients.
      to: mail.to.map((address) => ({ name: '', address })),
      subject: mail.subject,
      text: mail.text,
      ...(mail.html === null ? {} : { html: mail.html }),
      date: new Date(mail.createdAtMs),
      messageId: `<${mail.notificationId}@signalbox>`,
      xMailer: false,
      headers: {
        // RFC 3834: automatic answers (out of office) shall not come back.
        'Auto-Submitted': 'auto-generated',
        'X-Signalbox-Event-Id': mail.eventId,
        ...(mail.traceparent === null ? {} : { traceparent: mail.traceparent }),
      },
    };
  }
}

interface Refusal {
  readonly permanent: boolean;
  readonly code: string;
  readonly message: string;
}

/** What a failure of nodemailer says; whatever else may be thrown becomes a failure as well. */
const failure = z
  .object({
    code: z.string().default('EUNKNOWN'),
    responseCode: z.number().optional(),
    message: z.string(),
  })
  .catch({ code: 'EUNKNOWN', message: 'the mail could not be sent' });

/**
 * Sorts a failure of nodemailer. Permanent is only what the server says about this mail and its
 * addresses (RFC 5321, 4.2.1: 5yz); refused logins, greetings and broken connections are retried,
 * because they come from settings or from the server and would hit every other mail as well.
 */
function refusal(error: unknown): Refusal {
  const { code, responseCode, message } = failure.parse(error);
  const aboutThisMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  // Without a reply, the envelope was refused before the server saw it: a malformed address.
  const permanent = aboutThisMail && (responseCode === undefined || isPermanent(responseCode));
  return {
    permanent,
    code: String(responseCode ?? (code === 'EABORT' ? 'ETIMEDOUT' : code)),
    message: message.slice(0, messageCharsMax).toWellFormed(),
  };
}

// 503 (bad sequence of commands) is about the session and not about the mail.
function isPermanent(responseCode: number): boolean {
  return responseCode >= 500 && responseCode !== 503 && !settingsReplies.includes(responseCode);
}
