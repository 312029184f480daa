import type { EventSettler, Settlement } from './event-settler.js';
import { eventIsParked, type ParkedEvent } from './parked-storage.js';
import type { ReactionCommitter } from './reaction-committer.js';
import type { ReactionHold } from './reaction-hold.js';
import type { RunnerParts } from './runner-parts.js';

/** Parked events that are tried again in one round. */
const retriesMax = 250;

/** Tries parked events of one reaction again when they are due. */
export class ParkedRetries {
  constructor(
    private readonly id: string,
    private readonly parts: RunnerParts,
    private readonly settler: EventSettler,
    private readonly committer: ReactionCommitter,
  ) {}

  /**
   * Tries what is due, and learns which keys are blocked.
   *
   * @returns when to look again, in milliseconds since the epoch; null when nothing is parked
   */
  async run(hold: ReactionHold, isStopping: () => boolean): Promise<number | null> {
    const { clock, storage } = this.parts;
    if (!(await storage.parked.hasOpen(this.id))) {
      hold.blockedKeys = new Set();
      return null;
    }
    const parked = await storage.parked.parked(this.id, retriesMax);
    const nowMs = clock.now();
    const due = isStopping() ? [] : firstOfEachKey(parked, nowMs);
    // At once, since no two have the same key. All must end before their keys are read anew.
    const retries = await Promise.allSettled(due.map((entry) => this.retry(hold, entry)));
    const failed = retries.find((retry) => retry.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    // Read anew, since a key is free again once its last event is settled.
    hold.blockedKeys = await storage.parked.blockedKeys(this.id);
    return due.length > 0 ? nowMs : (parked[0]?.due_at_ms ?? null);
  }

  private async retry(hold: ReactionHold, entry: ParkedEvent): Promise<void> {
    const step = { to: hold.position, taken: 0 };
    const fault = await this.committer.commit(hold, step, [await this.settleAgain(entry)]);
    // Settled meanwhile by somebody else: what was decided here must not be counted.
    if (fault === null || fault.conflict === eventIsParked) return;
    const error = this.committer.giveUp(fault.error);
    const parks = this.settler.parks(entry, entry, 'parked', error);
    const parkFault = await this.committer.commit(hold, step, [parks]);
    if (parkFault !== null && parkFault.conflict !== eventIsParked) throw parkFault.error;
  }

  private async settleAgain(entry: ParkedEvent): Promise<Settlement> {
    const row = await this.parts.storage.log.eventAt(entry.position);
    if (row !== undefined) return this.settler.settle(row, entry);
    const gone = new Error(`the log has no event at position ${entry.position} any more`);
    return this.settler.parks(entry, entry, 'dead', gone);
  }
}

/** What is due; of one key, which can have two when a person retries a dead one, the older. */
function firstOfEachKey(parked: readonly ParkedEvent[], nowMs: number): ParkedEvent[] {
  const oldest = new Map<string, ParkedEvent>();
  for (const entry of parked) {
    if (entry.due_at_ms > nowMs) continue;
    const other = oldest.get(entry.key);
    if (other === undefined || entry.position < other.position) oldest.set(entry.key, entry);
  }
  return [...oldest.values()];
}
