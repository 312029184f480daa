import type { MessageOrigin, PipelineMessage } from './pipeline-message.js';

/** One claimed row: an external effect that is to be tried now. */
export interface DueItem {
  readonly id: string;
  /** Items of one lane share a target; a slow target may not take every place. */
  readonly lane: string;
  readonly origin: MessageOrigin;
}

/** What is asked of the rows. */
export interface ClaimRequest {
  /** The instance that claims; it stands on the rows until they are settled. */
  readonly claimedBy: string;
  readonly limit: number;
  readonly nowMs: number;
  /** Lanes that have enough in flight already. */
  readonly busyLanes: readonly string[];
}

/** What the worker asks: the same, and how many places there are, those in flight included. */
export interface WorkerClaim extends ClaimRequest {
  readonly places: number;
}

/**
 * An external effect that happens from durable rows: at least once, with a stable id for the
 * receiver. `claim` takes rows under a lease, so several processes share them and a dead one's rows
 * come back; `perform` does the effect and settles the row with the claim's fencing token.
 */
export interface PerformsDueWork<Item extends DueItem> {
  claim(request: WorkerClaim): Promise<Item[]>;
  /** @param message add facts and the outcome for the log line and the span */
  perform(item: Item, message: PipelineMessage): Promise<void>;
  /** Gives a claimed row back at once; a try that still comes to an end has lost its claim. */
  release(item: Item): Promise<void>;
  /**
   * Makes due at once what an instance that died had claimed; a try that it makes all the same has
   * lost its claim.
   *
   * @returns how many rows
   */
  reclaim(instanceId: string, nowMs: number): Promise<number>;
  /** Like `reclaim`, for every instance but this one. @returns how many rows */
  reclaimOthers(instanceId: string, nowMs: number): Promise<number>;
  /** When the next row is due, in milliseconds since the epoch; null when none is. */
  nextDueAtMs(): Promise<number | null>;
}

/** How one kind of due work runs. */
export interface DueWorkOptions {
  /** Name of the effect in metrics and in `Decision.due`, e.g. `delivery`. */
  readonly effect: string;
  /**
   * Share of the places that one claim may fill, a quarter when it is left out: lanes are looked at
   * again before the rest is given away. All of them for work that shares places out by itself.
   */
  readonly claimShare?: number;
}

const dueWorkKey = Symbol('due-work');

/** Marks a class that performs due work; the kernel finds and runs it. */
export function DueWork(options: DueWorkOptions): ClassDecorator {
  return (target) => Reflect.defineMetadata(dueWorkKey, options, target);
}

/** The options of a class that performs due work, undefined for any other class. */
export function dueWorkOptionsOf(target: object): DueWorkOptions | undefined {
  return Reflect.getMetadata(dueWorkKey, target) as DueWorkOptions | undefined;
}
