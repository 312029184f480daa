import { EventsHandler } from '@nestjs/cqrs';
import { RuleMatched } from '#communication/event-processing/contracts/rule-matched.event.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { type Decision, EventLog } from '#shared-kernel/messaging/event-log.js';
import type { MessageOrigin } from '#shared-kernel/messaging/pipeline-message.js';
import { Reaction, type ReactsTo } from '#shared-kernel/messaging/reaction.js';
import { currentContext, traceparentOf } from '#shared-kernel/observability/message-context.js';
import { NotificationOutbox } from '../domain/notification-outbox.js';
import { newNotification } from '../domain/notification.js';
import { mailViewOf, tryRendering } from '../domain/try-rendering.js';
import { notificationErrors } from '../errors.js';

/**
 * Renders the mails that a matched rule asks for and puts them into the outbox. A template that
 * fails does not park the match: it makes a notification that has ended, with the fault as its try.
 */
@Reaction({ id: 'notifications.queue-mail-when-rule-matched', start: 'first', independent: true })
@EventsHandler(RuleMatched)
export class QueueMailWhenRuleMatched implements ReactsTo<RuleMatched> {
  constructor(
    private readonly outbox: NotificationOutbox,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async handle({ record, data }: RuleMatched): Promise<Decision> {
    const emails = data.actions.flatMap((action, actionIndex) =>
      action.kind === 'email' ? [{ action, actionIndex }] : [],
    );
    if (emails.length === 0) return {};
    const { eventId, ruleId, ruleName } = data;
    const event = await this.log.find(eventId);
    if (event === undefined) throw notificationErrors.eventGone(`There is no event ${eventId}.`);
    const view = mailViewOf(event, { id: ruleId, name: ruleName });
    const origin = originOf(record);
    const createdAtMs = this.clock.now();
    const writes = emails.flatMap(({ action, actionIndex }) => {
      const { to, subject, text, html } = action;
      const id = newId('ntf', createdAtMs);
      const { tenant } = record;
      const made = newNotification(
        { id, tenant, eventId, ruleId, actionIndex, to, createdAtMs },
        subject,
        tryRendering({ subject, text, html }, view),
      );
      this.outbox.count(made.notification);
      return this.outbox.add(made.notification, made.attempt, origin);
    });
    return { writes, due: ['email'] };
  }
}

/** Attempts continue the trace where this reaction stands; they are caused by the match. */
function originOf({ id, correlationId, traceparent, hops }: RuleMatched['record']): MessageOrigin {
  const context = currentContext();
  return {
    traceparent: context === undefined ? traceparent : traceparentOf(context),
    correlationId,
    causationId: id,
    hops: hops + 1,
  };
}
