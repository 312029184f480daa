import { Injectable } from '@nestjs/common';
import { Clock } from '#shared-kernel/domain/clock.js';
import type { ClaimRequest } from '#shared-kernel/messaging/due-work.js';
import type { MessageOrigin } from '#shared-kernel/messaging/pipeline-message.js';
import { Retains } from '#shared-kernel/messaging/retention/retains.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import {
  always,
  exactlyOne,
  returning,
  type Statement,
  type Write,
} from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { sendMsMax } from '../domain/mailer.js';
import { type ClaimedNotification, NotificationOutbox } from '../domain/notification-outbox.js';
import type { Notification, NotificationAttempt } from '../domain/notification.js';
import { notificationOf, type NotificationRow, progressColumns } from './notification-rows.js';
import { outboxStatements } from './outbox-statements.js';

/** The longest try, and time to commit what became of it. */
const leaseMs = sendMsMax + 5_000;
/** How old the number of due mails may be that the metrics show. */
const countAgeMaxMs = 5_000;
const lane = 'smtp';

/** The outbox in the store. */
@Injectable()
@Retains({
  forgets: [
    {
      table: 'notification',
      key: ['id'],
      since: 'settled_at_ms',
      parts: { table: 'notification_attempt', column: 'notification_id' },
    },
  ],
  needs: [{ table: 'notification', column: 'event_id', state: 'due' }],
})
export class StoredOutbox extends NotificationOutbox {
  private readonly sql;
  private dueItems = 0;
  private countedAtMs = 0;

  constructor(
    private readonly store: Store,
    private readonly meter: Meter,
    private readonly clock: Clock,
  ) {
    super();
    this.sql = outboxStatements(store.dialect);
    meter.observeGauge('signalbox_due_work', () => [
      { labels: { effect: 'email' }, value: this.dueItems },
    ]);
  }

  add(
    notification: Notification,
    attempt: NotificationAttempt | null,
    origin: MessageOrigin,
  ): Write[] {
    const insert = always(this.sql.insert(newRowOf(notification, origin)));
    return attempt === null ? [insert] : [insert, this.addAttempt(notification, attempt)];
  }

  async claim({
    claimedBy,
    limit,
    nowMs,
    busyLanes,
  }: ClaimRequest): Promise<ClaimedNotification[]> {
    if (busyLanes.includes(lane)) return [];
    const claim = this.sql.claim({ nowMs, leaseEndMs: nowMs + leaseMs, limit, claimedBy });
    const outcome = await this.store.commit([returning(claim)]);
    const rows = outcome.committed ? (outcome.rows[0] ?? []) : [];
    return rows.map((row) => claimedOf(row as NotificationRow));
  }

  release({ id, claims }: ClaimedNotification, nowMs: number): Write {
    return exactlyOne(this.sql.release({ id, claims, nowMs }), 'claim-is-mine');
  }

  reclaim(instanceId: string, nowMs: number): Promise<number> {
    return this.changedBy(this.sql.reclaim({ instanceId, nowMs }));
  }

  reclaimOthers(instanceId: string, nowMs: number): Promise<number> {
    return this.changedBy(this.sql.reclaimOthers({ instanceId, nowMs }));
  }

  async nextDueAtMs(): Promise<number | null> {
    await this.countDue();
    const row = await this.store.find<{ due_at_ms: number }>(this.sql.next);
    return row?.due_at_ms ?? null;
  }

  settle(
    claims: number,
    notification: Notification,
    attempt: NotificationAttempt,
    nowMs: number,
  ): Write[] {
    const { id, progress, attemptsMade } = notification;
    const columns = progressColumns(progress, nowMs);
    const settled = this.sql.settle({ ...columns, id, claims, attempts_made: attemptsMade });
    // The fenced update goes first: a late loser must meet it and not the attempt's number.
    return [exactlyOne(settled, 'claim-is-mine'), this.addAttempt(notification, attempt)];
  }

  startAgain({ id, progress, createdAtMs }: Notification): Write {
    const update = this.sql.startAgain({ ...progressColumns(progress, createdAtMs), id });
    return exactlyOne(update, 'notification-is-exhausted');
  }

  count({ progress: { state } }: Notification): void {
    if (state === 'due') return;
    this.meter.count('signalbox_notifications_total', { channel: 'email', outcome: state });
  }

  private addAttempt({ id, tenant }: Notification, attempt: NotificationAttempt): Write {
    const { number, startedAtMs, durationMs, accepted, response } = attempt;
    return always(
      this.sql.insertAttempt({
        notification_id: id,
        number,
        tenant,
        started_at_ms: startedAtMs,
        duration_ms: durationMs,
        accepted: accepted ? 1 : 0,
        response,
      }),
    );
  }

  private async changedBy(statement: Statement): Promise<number> {
    const outcome = await this.store.commit([returning(statement)]);
    return outcome.committed ? (outcome.rows[0] ?? []).length : 0;
  }

  /** Rides on the worker's looks at the outbox, so that a scrape asks nothing. */
  private async countDue(): Promise<void> {
    const nowMs = this.clock.now();
    if (nowMs - this.countedAtMs < countAgeMaxMs) return;
    this.countedAtMs = nowMs;
    const [row] = await this.store.list<{ items: number }>(this.sql.countDue({ nowMs }));
    this.dueItems = row?.items ?? 0;
  }
}

function newRowOf(notification: Notification, origin: MessageOrigin): NotificationRow {
  const { createdAtMs, progress } = notification;
  return {
    id: notification.id,
    tenant: notification.tenant,
    event_id: notification.eventId,
    rule_id: notification.ruleId,
    action_index: notification.actionIndex,
    channel: 'email',
    recipients: JSON.stringify(notification.to),
    subject: notification.subject,
    text: notification.text,
    html: notification.html,
    ...progressColumns(progress, createdAtMs),
    claims: 0,
    claimed_by: null,
    attempts_made: notification.attemptsMade,
    traceparent: origin.traceparent,
    correlation_id: origin.correlationId,
    causation_id: origin.causationId,
    hops: origin.hops,
    created_at_ms: createdAtMs,
  };
}

function claimedOf(row: NotificationRow): ClaimedNotification {
  return {
    id: row.id,
    lane,
    origin: {
      traceparent: row.traceparent,
      correlationId: row.correlation_id,
      causationId: row.causation_id,
      hops: row.hops,
    },
    notification: notificationOf(row),
    claims: row.claims,
  };
}
