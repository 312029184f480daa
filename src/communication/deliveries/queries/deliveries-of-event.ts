import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { DeliveriesOfEvent } from '../contracts/deliveries-of-event.query.js';
import type { Attempt } from '../domain/delivery.js';
import { DeliveryHistory } from '../domain/delivery-history.js';

/** A timeline is for people: an event with more deliveries than this shows the newest ones. */
const deliveriesMax = 500;

@QueryHandler(DeliveriesOfEvent)
export class DeliveriesOfEventHandler implements IQueryHandler<DeliveriesOfEvent> {
  constructor(private readonly history: DeliveryHistory) {}

  async execute({ input: { tenant, eventId } }: DeliveriesOfEvent) {
    const any = { before: undefined, endpointId: undefined, state: undefined };
    const page = await this.history.list({ tenant, eventId, limit: deliveriesMax, ...any });
    const attempts = await this.history.attemptsOfEvent(tenant, eventId);
    const byDelivery = Map.groupBy(attempts, ({ deliveryId }) => deliveryId);
    return page.items.reverse().map(({ delivery, ruleId }) => ({
      id: delivery.id,
      endpointId: delivery.endpointId,
      ruleId,
      // The timeline's contract knows no order: what waits for its turn is due without a time.
      state: delivery.state === 'waiting' ? ('due' as const) : delivery.state,
      createdAtMs: delivery.createdAtMs,
      dueAtMs: delivery.state === 'due' ? delivery.dueAtMs : null,
      attempts: (byDelivery.get(delivery.id) ?? []).map(timelineEntryOf),
    }));
  }
}

function timelineEntryOf({ startedAtMs, durationMs, status, failure }: Attempt) {
  return { startedAtMs, durationMs, status, failure };
}
