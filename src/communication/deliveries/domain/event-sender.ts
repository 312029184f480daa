import type { EventRow } from '#shared-kernel/messaging/event-row.js';
import type { Endpoint } from './endpoint.js';
import type { SendOutcome } from './judge-outcome.js';

/** Tells an endpoint of an event, once. It never rejects: whatever goes wrong is an outcome. */
export abstract class EventSender {
  abstract send(endpoint: Endpoint, event: EventRow): Promise<SendOutcome>;
}
