import { notificationErrors } from '../errors.js';
import { type MailState, settleMail } from './mail.js';
import type { MailOutcome } from './mailer.js';
import type { Rendering } from './try-rendering.js';

/** One mail to people about one event, because of one action of a rule. */
export interface Notification {
  readonly id: string;
  readonly tenant: string;
  readonly eventId: string;
  readonly ruleId: string;
  /** Place of the action within its rule; event, rule and place together are unique. */
  readonly actionIndex: number;
  readonly to: readonly string[];
  readonly subject: string;
  /** Null when the template could not be rendered: then there is nothing to send. */
  readonly text: string | null;
  readonly html: string | null;
  /** Its `attempts` are those since it last became due by hand or was made. */
  readonly progress: MailState;
  /** All tries ever made; the number of the newest attempt. */
  readonly attemptsMade: number;
  readonly createdAtMs: number;
}

/** The record of one try. `number` counts from 1 and is unique within its notification. */
export interface NotificationAttempt {
  readonly number: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly accepted: boolean;
  /** What the mail server said, or why it could not be asked. */
  readonly response: string;
}

/** A notification and the try that changed it. */
export interface Settlement {
  readonly notification: Notification;
  readonly attempt: NotificationAttempt;
}

type Identity = Omit<Notification, 'subject' | 'text' | 'html' | 'progress' | 'attemptsMade'>;

/**
 * A rendered mail is due at once; one that cannot be rendered has ended, with the fault as its
 * try.
 */
export function newNotification(
  identity: Identity,
  subjectTemplate: string,
  rendering: Rendering,
): { readonly notification: Notification; readonly attempt: NotificationAttempt | null } {
  const { createdAtMs } = identity;
  if ('mail' in rendering) {
    const progress: MailState = { state: 'due', dueAtMs: createdAtMs, attempts: 0 };
    const notification = { ...identity, ...rendering.mail, progress, attemptsMade: 0 };
    return { notification, attempt: null };
  }
  const { fault } = rendering;
  const progress: MailState = { state: 'exhausted', reason: fault, attempts: 1 };
  const unrendered = { subject: subjectTemplate, text: null, html: null };
  return {
    notification: { ...identity, ...unrendered, progress, attemptsMade: 1 },
    attempt: {
      number: 1,
      startedAtMs: createdAtMs,
      durationMs: 0,
      accepted: false,
      response: fault,
    },
  };
}

/**
 * Takes the outcome of a try into a due notification.
 *
 * @param nowMs when the outcome was known
 * @param random a number from 0 to below 1, for the jitter
 */
export function settleNotification(
  notification: Notification,
  outcome: MailOutcome,
  nowMs: number,
  random: number,
): Settlement {
  const { durationMs } = outcome;
  const attemptsMade = notification.attemptsMade + 1;
  return {
    notification: {
      ...notification,
      attemptsMade,
      progress: settleMail(notification.progress.attempts, outcome, nowMs, random),
    },
    attempt: {
      number: attemptsMade,
      startedAtMs: nowMs - durationMs,
      durationMs,
      accepted: outcome.kind === 'accepted',
      response: responseOf(outcome),
    },
  };
}

/**
 * Makes a notification that was given up due at once, with all its tries before it. A sent one is
 * refused: people would get the mail twice.
 *
 * @throws notifications.notification-not-retryable
 */
export function startAgain(notification: Notification, nowMs: number): Notification {
  const { id, progress, text } = notification;
  if (progress.state !== 'exhausted') {
    throw notificationErrors.notificationNotRetryable(`${id} is ${progress.state}.`);
  }
  if (text === null) {
    throw notificationErrors.notificationNotRetryable(`The template of ${id} was not rendered.`);
  }
  return { ...notification, progress: { state: 'due', dueAtMs: nowMs, attempts: 0 } };
}

function responseOf(outcome: MailOutcome): string {
  if (outcome.kind === 'refused') return `${outcome.code}: ${outcome.message}`;
  const { response, rejected } = outcome;
  return rejected.length === 0 ? response : `${response} (refused for ${rejected.join(', ')})`;
}
