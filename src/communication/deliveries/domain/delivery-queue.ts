import type { ClaimRequest, DueItem } from '#shared-kernel/messaging/due-work.js';
import type { MessageOrigin } from '#shared-kernel/messaging/pipeline-message.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import type { Attempt, Delivery, DueDelivery } from './delivery.js';

/** A delivery that nobody has tried yet. */
export interface NewDelivery {
  readonly id: string;
  readonly tenant: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly ruleId: string;
  /** The trace and the cause that its attempts belong to. */
  readonly origin: MessageOrigin;
  readonly createdAtMs: number;
}

/** A delivery taken for one try. Its lane is its endpoint. */
export interface ClaimedDelivery extends DueItem {
  readonly delivery: DueDelivery;
  readonly ruleId: string;
  /** The fencing token: only the newest claim may settle. */
  readonly claims: number;
}

/** Where deliveries wait for their tries. Changes are writes that the caller commits. */
export abstract class DeliveryQueue {
  /** Due at once; nothing happens when its endpoint has this event already. */
  abstract schedule(delivery: NewDelivery): Write;
  /** Takes due deliveries under a lease that outlasts any try. */
  abstract claim(request: ClaimRequest): Promise<ClaimedDelivery[]>;
  /**
   * Makes a claimed delivery due again, as if it had not been claimed; conflict when it was lost.
   */
  abstract release(claimed: ClaimedDelivery, nowMs: number): Write;
  /** Makes due what an instance that died had claimed. @returns how many */
  abstract reclaim(instanceId: string, nowMs: number): Promise<number>;
  /** Makes due what any instance but this one had claimed. @returns how many */
  abstract reclaimOthers(instanceId: string, nowMs: number): Promise<number>;
  /** When the next delivery is due, in milliseconds since the epoch; null when none is. */
  abstract nextDueAtMs(): Promise<number | null>;
  /** Records a try, none for a discarded delivery; a conflict when the claim is lost. */
  abstract settle(claims: number, delivery: Delivery, attempt: Attempt | null): Write[];
  /** Makes a settled delivery due; conflict when it is due meanwhile. */
  abstract startAgain(delivery: DueDelivery): Write;
  /** Call after `settle` was committed: counts what became of the try. */
  abstract count(delivery: Delivery, attempt: Attempt | null): void;
}
