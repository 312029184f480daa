import type { NewEvent } from '#shared-kernel/contracts/event-contract.js';
import { DeliveryExhausted } from '../contracts/delivery-exhausted.event.js';
import { EndpointDisabled } from '../contracts/endpoint-disabled.event.js';
import { EndpointRecovered } from '../contracts/endpoint-recovered.event.js';
import type { Attempt, Settlement } from '../domain/delivery.js';
import type { EndpointHealth } from '../domain/endpoint-health.js';
import type { Endpoint } from '../domain/endpoint.js';

export function deliveryExhausted({ delivery, attempt }: Settlement): NewEvent {
  return DeliveryExhausted.of({
    tenant: delivery.tenant,
    data: {
      deliveryId: delivery.id,
      endpointId: delivery.endpointId,
      eventId: delivery.eventId,
      attempts: delivery.attemptsMade,
      lastFailure: failureOf(attempt),
    },
  });
}

export function endpointDisabled(
  { id, tenant, name }: Endpoint,
  reason: string,
  attempt: Attempt,
): NewEvent {
  const lastFailure = failureOf(attempt);
  return EndpointDisabled.of({
    tenant,
    data: { endpointId: id, endpointName: name, reason, lastFailure },
  });
}

/** @param before how the endpoint fared until the try that succeeded */
export function endpointRecovered(
  { id, tenant, name }: Endpoint,
  { failingSinceMs, openedAtMs }: EndpointHealth,
): NewEvent {
  return EndpointRecovered.of({
    tenant,
    data: {
      endpointId: id,
      endpointName: name,
      failingSinceMs: failingSinceMs ?? openedAtMs ?? 0,
    },
  });
}

/** How a failed try ended, in words for people: `answered 503`, `timeout: no answer began`. */
export function failureOf({ status, failedStage, failure }: Attempt): string {
  return status === null ? `${failedStage ?? ''}: ${failure ?? ''}` : `answered ${status}`;
}
