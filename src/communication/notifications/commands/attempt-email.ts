import { Injectable } from '@nestjs/common';
import { Clock } from '#shared-kernel/domain/clock.js';
import {
  type ClaimRequest,
  DueWork,
  type PerformsDueWork,
} from '#shared-kernel/messaging/due-work.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import type { PipelineMessage } from '#shared-kernel/messaging/pipeline-message.js';
import { currentContext, traceparentOf } from '#shared-kernel/observability/message-context.js';
import { Mailer, type OutgoingMail } from '../domain/mailer.js';
import { type ClaimedNotification, NotificationOutbox } from '../domain/notification-outbox.js';
import { type Notification, settleNotification } from '../domain/notification.js';
import { reportLostClaim, reportOutcome, reportTry } from '../domain/report-attempt.js';

/** Tries due mails: at least once each, with a Message-ID that stays the same on every try. */
@Injectable()
@DueWork({ effect: 'email' })
export class AttemptEmail implements PerformsDueWork<ClaimedNotification> {
  constructor(
    private readonly outbox: NotificationOutbox,
    private readonly mailer: Mailer,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  claim(request: ClaimRequest): Promise<ClaimedNotification[]> {
    return this.outbox.claim(request);
  }

  async release(claimed: ClaimedNotification): Promise<void> {
    await this.log.tryCommit({ writes: [this.outbox.release(claimed, this.clock.now())] });
  }

  reclaim(instanceId: string, nowMs: number): Promise<number> {
    return this.outbox.reclaim(instanceId, nowMs);
  }

  reclaimOthers(instanceId: string, nowMs: number): Promise<number> {
    return this.outbox.reclaimOthers(instanceId, nowMs);
  }

  /** Without a mail server nothing is ever due: mails wait untouched until a start with one. */
  async nextDueAtMs(): Promise<number | null> {
    const dueAtMs = await this.outbox.nextDueAtMs();
    return this.mailer.unavailableBecause === null ? dueAtMs : null;
  }

  async perform(claimed: ClaimedNotification, message: PipelineMessage): Promise<void> {
    const { notification, claims } = claimed;
    reportTry(message, notification);
    const outcome = await this.mailer.send(mailOf(notification));
    const nowMs = this.clock.now();
    const settlement = settleNotification(notification, outcome, nowMs, Math.random());
    reportOutcome(message, settlement);
    const { notification: settled, attempt } = settlement;
    const writes = this.outbox.settle(claims, settled, attempt, nowMs);
    const { committed } = await this.log.tryCommit({ writes });
    if (committed) this.outbox.count(settled);
    else reportLostClaim(message);
  }
}

function mailOf({ id, eventId, to, subject, text, html, createdAtMs }: Notification): OutgoingMail {
  const context = currentContext();
  return {
    notificationId: id,
    eventId,
    to,
    subject,
    text: text ?? '',
    html,
    createdAtMs,
    traceparent: context === undefined ? null : traceparentOf(context),
  };
}
