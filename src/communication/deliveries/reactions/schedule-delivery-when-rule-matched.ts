import { EventsHandler } from '@nestjs/cqrs';
import { RuleMatched } from '#communication/event-processing/contracts/rule-matched.event.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import type { Decision } from '#shared-kernel/messaging/event-log.js';
import type { MessageOrigin } from '#shared-kernel/messaging/pipeline-message.js';
import { Reaction, type ReactsTo } from '#shared-kernel/messaging/reaction.js';
import { currentContext, traceparentOf } from '#shared-kernel/observability/message-context.js';
import { DeliveryQueue } from '../domain/delivery-queue.js';

/** Makes one delivery for each endpoint that a matched rule names, due at once. */
@Reaction({
  id: 'deliveries.schedule-delivery-when-rule-matched',
  start: 'first',
  independent: true,
})
@EventsHandler(RuleMatched)
export class ScheduleDeliveryWhenRuleMatched implements ReactsTo<RuleMatched> {
  constructor(
    private readonly queue: DeliveryQueue,
    private readonly clock: Clock,
  ) {}

  handle({ record, data }: RuleMatched): Decision {
    const { tenant } = record;
    const { eventId, ruleId } = data;
    const createdAtMs = this.clock.now();
    const origin = originOf(record);
    const writes = data.actions.flatMap((action) => {
      if (action.kind !== 'deliver') return [];
      const { endpointId } = action;
      const id = newId('dlv', createdAtMs);
      const delivery = { id, tenant, endpointId, eventId, ruleId, origin, createdAtMs };
      return [this.queue.schedule(delivery)];
    });
    return writes.length === 0 ? {} : { writes, due: ['delivery'] };
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
