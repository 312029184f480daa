import { EventsHandler } from '@nestjs/cqrs';
import { RuleMatched } from '#communication/event-processing/contracts/rule-matched.event.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { type Decision, EventLog } from '#shared-kernel/messaging/event-log.js';
import type { MessageOrigin } from '#shared-kernel/messaging/pipeline-message.js';
import { Reaction, type ReactsTo } from '#shared-kernel/messaging/reaction.js';
import { currentContext, traceparentOf } from '#shared-kernel/observability/message-context.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import { DeliveryQueue } from '../domain/delivery-queue.js';
import { wantsEventType } from '../domain/endpoint-options.js';
import { KnownEndpoints } from '../domain/known-endpoints.js';
import { orderKeyOf } from '../domain/order-key.js';

type Found = Awaited<ReturnType<KnownEndpoints['find']>>;

/** Makes one delivery, due at once, for each endpoint that a matched rule names and wants it. */
@Reaction({
  id: 'deliveries.schedule-delivery-when-rule-matched',
  start: 'first',
  independent: true,
})
@EventsHandler(RuleMatched)
export class ScheduleDeliveryWhenRuleMatched implements ReactsTo<RuleMatched> {
  constructor(
    private readonly queue: DeliveryQueue,
    private readonly endpoints: KnownEndpoints,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async handle({ record, data }: RuleMatched): Promise<Decision> {
    const { tenant, position } = record;
    const { eventId, ruleId } = data;
    const createdAtMs = this.clock.now();
    const origin = originOf(record);
    const writes: Write[] = [];
    for (const action of data.actions) {
      if (action.kind !== 'deliver') continue;
      const { endpointId } = action;
      const endpoint = await this.endpoints.find(endpointId);
      if (endpoint !== undefined && !wantsEventType(endpoint.options, data.eventType)) continue;
      const id = newId('dlv', createdAtMs);
      const key = await this.orderKey(endpoint, eventId);
      const turn = key === null ? null : { key, position };
      const facts = { id, tenant, endpointId, eventId, ruleId, origin, createdAtMs };
      writes.push(...this.queue.schedule({ ...facts, turn }));
    }
    return writes.length === 0 ? {} : { writes, due: ['delivery'] };
  }

  /** Null when the endpoint keeps no order: then the event need not be read. */
  private async orderKey(endpoint: Found, eventId: string): Promise<string | null> {
    if (endpoint?.order !== 'key') return null;
    const event = await this.log.find(eventId);
    return event === undefined ? null : orderKeyOf(event);
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
