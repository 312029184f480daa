import { newId } from '#shared-kernel/domain/ids.js';
import type { TenantEvents } from '#shared-kernel/messaging/tenant-events.js';
import { currentContext, traceparentOf } from '#shared-kernel/observability/message-context.js';
import type { NewDelivery } from '../domain/delivery-queue.js';
import { orderKeyOf } from '../domain/order-key.js';

/** An event of the log that is sent once more. */
export type ReplayedEvent = Awaited<ReturnType<TenantEvents['next']>>[number];

interface ReplayTarget {
  readonly tenant: string;
  readonly endpointId: string;
  readonly ruleId: string;
  /** Whether the endpoint gets the events of one key one after another. */
  readonly keepsOrder: boolean;
}

/** The delivery of a replay. It belongs to what the event led to, and to the replay's trace. */
export function replayedDelivery(
  event: ReplayedEvent,
  { keepsOrder, ...target }: ReplayTarget,
  createdAtMs: number,
): NewDelivery {
  const context = currentContext();
  return {
    ...target,
    id: newId('dlv', createdAtMs),
    eventId: event.id,
    origin: {
      traceparent: context === undefined ? event.traceparent : traceparentOf(context),
      correlationId: event.correlation_id,
      causationId: event.id,
      hops: event.hops + 1,
    },
    createdAtMs,
    turn: keepsOrder ? { key: orderKeyOf(event), position: event.position } : null,
  };
}
