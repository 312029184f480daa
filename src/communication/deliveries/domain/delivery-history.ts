import type { Page } from '#shared-kernel/domain/page.js';
import type { Attempt, Delivery } from './delivery.js';

/** A delivery and what it belongs to. */
export interface RecordedDelivery {
  readonly delivery: Delivery;
  readonly ruleId: string;
  readonly correlationId: string | null;
}

/** Which deliveries a list shows, newest first. */
export interface DeliveryFilter {
  readonly tenant: string;
  readonly limit: number;
  /** The id before which the page begins. */
  readonly before: string | undefined;
  readonly endpointId: string | undefined;
  readonly eventId: string | undefined;
  readonly state: Delivery['state'] | undefined;
}

/** Reads deliveries for people. */
export abstract class DeliveryHistory {
  abstract byId(tenant: string, id: string): Promise<RecordedDelivery | undefined>;
  abstract list(filter: DeliveryFilter): Promise<Page<RecordedDelivery>>;
  /** The newest attempts of a delivery, oldest first; bounded. */
  abstract attemptsOf(deliveryId: string): Promise<Attempt[]>;
  /** Attempts of all deliveries of an event, each delivery's oldest first; bounded. */
  abstract attemptsOfEvent(tenant: string, eventId: string): Promise<Attempt[]>;
}
