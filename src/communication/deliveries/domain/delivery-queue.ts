import type { DueItem } from '#shared-kernel/messaging/due-work.js';
import type { MessageOrigin } from '#shared-kernel/messaging/pipeline-message.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import type { Attempt, DueDelivery, TriedDelivery } from './delivery.js';
import type { LaneClaim, LaneShare, LaneSighting } from './delivery-lanes.js';

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
  /** Its place among the deliveries of its endpoint; null when that keeps no order. */
  readonly turn: DeliveryTurn | null;
}

/** The place of a delivery in the order of its endpoint. */
interface DeliveryTurn {
  readonly key: string;
  /** Where the log has what made it; smaller goes first. */
  readonly position: number;
}

/** Who claims, and what. */
export interface LaneClaimRequest {
  readonly claimedBy: string;
  readonly nowMs: number;
  readonly shares: readonly LaneShare[];
}

/** What a claim found in one lane. */
export interface ClaimedLane extends LaneClaim {
  readonly deliveries: readonly ClaimedDelivery[];
}

/** What a settled delivery leaves behind for those of its key. */
export interface Settling {
  /** True when it holds them back although it has ended. */
  readonly holds: boolean;
  readonly nowMs: number;
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
  /**
   * Due at once, or waiting for those of its key that come before it. Nothing happens when its
   * endpoint has this event already.
   */
  abstract schedule(delivery: NewDelivery): Write[];
  /** The next endpoints behind this id with deliveries that are due now or later; bounded. */
  abstract lanes(after: string): Promise<{ lanes: LaneSighting[]; next: string | null }>;
  /** Takes due deliveries, oldest first in each lane, under a lease that outlasts any try. */
  abstract claim(request: LaneClaimRequest): Promise<ClaimedLane[]>;
  /**
   * Makes a claimed delivery due again, as if it had not been claimed; conflict when it was lost.
   */
  abstract release(claimed: ClaimedDelivery, nowMs: number): Write;
  /** Makes due what an instance that died had claimed. @returns how many */
  abstract reclaim(instanceId: string, nowMs: number): Promise<number>;
  /** Makes due what any instance but this one had claimed. @returns how many */
  abstract reclaimOthers(instanceId: string, nowMs: number): Promise<number>;
  /**
   * Records a try, none for a discarded delivery, and lets the next of its key go; a conflict when
   * the claim is lost.
   */
  abstract settle(
    claims: number,
    delivery: TriedDelivery,
    attempt: Attempt | null,
    settling: Settling,
  ): Write[];
  /**
   * Makes a settled delivery due, or puts it in its place among those of its key; conflict when it
   * is due meanwhile.
   */
  abstract startAgain(delivery: DueDelivery): Write[];
  /** Ends what deliveries of an endpoint that were given up hold back of their keys. */
  abstract releaseHeld(endpointId: string, nowMs: number): Write[];
  /** Call after `settle` was committed: counts what became of the try. */
  abstract count(delivery: TriedDelivery, attempt: Attempt | null): void;
}
