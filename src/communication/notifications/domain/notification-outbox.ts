import type { ClaimRequest, DueItem } from '#shared-kernel/messaging/due-work.js';
import type { MessageOrigin } from '#shared-kernel/messaging/pipeline-message.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import type { Notification, NotificationAttempt } from './notification.js';

/** A notification taken for one try. All of them go to the one mail server: there is one lane. */
export interface ClaimedNotification extends DueItem {
  readonly notification: Notification;
  /** The fencing token: only the newest claim may settle. */
  readonly claims: number;
}

/** Where notifications wait for their tries. Changes are writes that the caller commits. */
export abstract class NotificationOutbox {
  /**
   * Nothing happens when the event has a notification for this action already.
   *
   * @param origin the trace and the cause that its attempts belong to
   */
  abstract add(
    notification: Notification,
    attempt: NotificationAttempt | null,
    origin: MessageOrigin,
  ): Write[];
  /** Takes due ones under a lease that outlasts any try; after it the next claim takes them. */
  abstract claim(request: ClaimRequest): Promise<ClaimedNotification[]>;
  /** Makes a claimed one due again, as if it had not been claimed; conflict when it was lost. */
  abstract release(claimed: ClaimedNotification, nowMs: number): Write;
  /** Makes due what an instance that died had claimed. @returns how many */
  abstract reclaim(instanceId: string, nowMs: number): Promise<number>;
  /** Makes due what any instance but this one had claimed. @returns how many */
  abstract reclaimOthers(instanceId: string, nowMs: number): Promise<number>;
  /** When the next one is due, in milliseconds since the epoch; null when none is. */
  abstract nextDueAtMs(): Promise<number | null>;
  /** Records a try and what follows; conflict when the claim is lost. */
  abstract settle(
    claims: number,
    notification: Notification,
    attempt: NotificationAttempt,
    nowMs: number,
  ): Write[];
  /** Makes an exhausted one due; conflict when it is due meanwhile. */
  abstract startAgain(notification: Notification): Write;
  /** Counts a notification that has ended; one that is still due counts nothing. */
  abstract count(notification: Notification): void;
}
