import type { EventRow } from './event-row.js';
import type { EventSettler, Settlement } from './event-settler.js';
import type { ReactionCommitter } from './reaction-committer.js';
import type { ReactionHold } from './reaction-hold.js';
import type { ReplayRow } from './reaction-tables.js';
import type { RunnerParts } from './runner-parts.js';

/** Events of a replay that are read and committed at once. */
const batchSizeMax = 100;

/**
 * Gives one reaction a stretch of the log once more, in its order, beside what comes in. An event
 * that is parked already is left alone: it gets its next try there.
 */
export class ReplayRunner {
  constructor(
    private readonly id: string,
    private readonly names: readonly string[],
    private readonly parts: RunnerParts,
    private readonly settler: EventSettler,
    private readonly committer: ReactionCommitter,
  ) {}

  /** One batch of the oldest replay that runs. @returns whether there may be more */
  async step(hold: ReactionHold): Promise<boolean> {
    const { replays, log } = this.parts.storage;
    const replay = await replays.running(this.id);
    if (replay === undefined) return false;
    const range = { names: this.names, after: replay.position, upTo: replay.up_to_position };
    const rows = await log.nextMatching(range, replay, batchSizeMax);
    if (rows.length === 0) await this.finish(hold, replay);
    else await this.replay(hold, replay, upToSecondOfKey(rows));
    return true;
  }

  private async finish(hold: ReactionHold, { id }: ReplayRow): Promise<void> {
    const { clock, storage } = this.parts;
    const done = storage.replays.finish(id, 'done', clock.now());
    await this.committer.commit(hold, { to: hold.position, taken: 0, fences: [done] }, []);
  }

  /** As a first try: what fails is parked; a batch that cannot land is taken apart. */
  private async replay(
    hold: ReactionHold,
    replay: ReplayRow,
    rows: readonly EventRow[],
  ): Promise<void> {
    const { storage } = this.parts;
    const positions = rows.map(({ position }) => position);
    const parked = await storage.parked.among(this.id, positions);
    const wanted = rows.filter(({ position }) => !parked.has(position));
    const to = positions.at(-1) ?? replay.position;
    const commit = async (settlements: readonly Settlement[]) => {
      const handled = settlements.filter(({ outcome }) => outcome === 'handled').length;
      const advance = storage.replays.advance({
        id: replay.id,
        from: replay.position,
        to,
        handled,
        parked: settlements.length - handled,
        passedOver: parked.size,
      });
      const step = { to: hold.position, taken: settlements.length, fences: [advance] };
      return this.committer.commit(hold, step, settlements);
    };
    const fault = await commit(await Promise.all(wanted.map((row) => this.settle(hold, row))));
    if (fault === null) return;
    const [first] = rows;
    if (rows.length > 1 && first !== undefined) return this.replay(hold, replay, [first]);
    const error = this.committer.giveUp(fault.error);
    const parks = wanted.map((row) => this.settler.parks(row, null, 'parked', error));
    const parkFault = await commit(parks);
    if (parkFault !== null) throw parkFault.error;
  }

  private async settle({ blockedKeys }: ReactionHold, row: EventRow): Promise<Settlement> {
    if (blockedKeys.has(row.key)) return this.settler.parks(row, null, 'waiting', null);
    return this.settler.settle(row, null);
  }
}

/** So that an event sees what the one of its key before it wrote. */
function upToSecondOfKey(rows: readonly EventRow[]): readonly EventRow[] {
  const keys = new Set<string>();
  const second = rows.findIndex(({ key }) => keys.size === keys.add(key).size);
  return second === -1 ? rows : rows.slice(0, second);
}
