import type { Delivery } from './delivery.js';
import type { RecoverySelection } from './recovery.js';

/** A delivery that a recovery may take, and the event that it carries. */
export interface RecoverableDelivery {
  readonly id: string;
  readonly eventId: string;
}

/** Reads deliveries many at once, for recoveries. */
export abstract class RecoverableDeliveries {
  /** The deliveries that a selection means now, oldest first; never more than `limit`. */
  abstract select(
    tenant: string,
    selection: RecoverySelection,
    limit: number,
  ): Promise<RecoverableDelivery[]>;
  abstract byIds(tenant: string, ids: readonly string[]): Promise<Delivery[]>;
  /** What this endpoint has of these events already. */
  abstract ofEvents(
    tenant: string,
    endpointId: string,
    eventIds: readonly string[],
  ): Promise<Delivery[]>;
  /** Deliveries of these endpoints that are due now; counted up to `limit`. */
  abstract backlog(endpointIds: readonly string[], nowMs: number, limit: number): Promise<number>;
}
