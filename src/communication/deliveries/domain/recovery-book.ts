import type { Page } from '#shared-kernel/domain/page.js';
import type { ClaimRequest, DueItem } from '#shared-kernel/messaging/due-work.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import type { Recovery } from './recovery.js';

/** A recovery taken for its next step. */
export interface ClaimedRecovery extends DueItem {
  readonly recovery: Recovery;
  readonly lastStepAtMs: number;
  /** The fencing token: only the newest claim may settle. */
  readonly claims: number;
}

/** Which recoveries a list shows, newest first. */
export interface RecoveryFilter {
  readonly tenant: string;
  readonly limit: number;
  readonly before: string | undefined;
}

/** Where recoveries are kept. Changes are writes that the caller commits. */
export abstract class RecoveryBook {
  abstract countRunning(tenant: string): Promise<number>;
  /** @param parts ids of the deliveries of each step; none for a replay */
  abstract add(recovery: Recovery, parts: readonly (readonly string[])[]): Write[];
  abstract byId(tenant: string, id: string): Promise<Recovery | undefined>;
  abstract list(filter: RecoveryFilter): Promise<Page<Recovery>>;
  /** Ends a recovery that runs; conflict when it has ended. */
  abstract cancel(id: string, nowMs: number): Write[];

  /** Takes recoveries that are due under a lease. */
  abstract claim(request: ClaimRequest): Promise<ClaimedRecovery[]>;
  /** Records a step and forgets its part; conflict when the claim is lost. */
  abstract advance(claimed: ClaimedRecovery, next: Recovery, dueAtMs: number): Write[];
  /** Looks again later; conflict when the claim is lost. */
  abstract postpone(claimed: ClaimedRecovery, dueAtMs: number): Write;
  /** Makes due what this instance, or every other one, had claimed. @returns how many */
  abstract reclaim(instanceId: string, whose: 'its' | 'others', nowMs: number): Promise<number>;
  abstract nextDueAtMs(): Promise<number | null>;
  /** Ids of the deliveries that the next step is about; none in a replay. */
  abstract nextPart(recovery: Recovery): Promise<string[]>;
}
