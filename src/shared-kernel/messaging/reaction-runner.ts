import type { EventRow } from './event-row.js';
import { EventSettler, type Settlement } from './event-settler.js';
import { ParkedRetries } from './parked-retries.js';
import type { RegisteredReaction } from './reaction.js';
import {
  type CommitFault,
  ReactionCommitter,
  type ReactionObserver,
} from './reaction-committer.js';
import { HoldLost, type ReactionHold } from './reaction-hold.js';
import { ReplayRunner } from './replay-runner.js';
import type { RunnerParts } from './runner-parts.js';

/** Events read and committed at once. */
const batchSizeMax = 250;
/** Tries of one event whose commit meets a conflict, before it is parked. */
const conflictTriesMax = 4;
/** Foreign events after which the checkpoint moves for them alone, so that a restart is short. */
const scannedAheadMax = 10_000;

/**
 * Works one reaction through the log: reads a batch behind the checkpoint, lets the handler decide
 * each event, and commits all decisions together with the new checkpoint. So its effect on our own
 * data happens exactly once, whatever dies in between, and however many processes try.
 */
export class ReactionRunner {
  private readonly id: string;
  private readonly names: readonly string[];
  private readonly batchSize: number;
  private readonly settler: EventSettler;
  private readonly committer: ReactionCommitter;
  private readonly retries: ParkedRetries;
  private readonly replays: ReplayRunner;
  /** Null until the store was asked, and after anything that may have made it wrong. */
  private hold: ReactionHold | null = null;

  constructor(
    private readonly reaction: RegisteredReaction,
    private readonly parts: RunnerParts,
    private readonly instanceId: string,
    observer: ReactionObserver,
  ) {
    this.id = reaction.options.id;
    this.names = [...new Set(reaction.events.map((event) => event.contract.name))];
    this.batchSize = Math.min(reaction.options.concurrency ?? batchSizeMax, batchSizeMax);
    this.settler = new EventSettler(reaction, parts);
    this.committer = new ReactionCommitter(this.id, parts, observer);
    this.retries = new ParkedRetries(this.id, parts, this.settler, this.committer);
    this.replays = new ReplayRunner(this.id, this.names, parts, this.settler, this.committer);
  }

  /** Position up to which this process knows the log to be settled; null without a hold. */
  get checkpoint(): number | null {
    return this.hold?.scannedTo ?? null;
  }

  /** Makes the next round ask the store what the reaction is like: somebody changed it. */
  invalidate(): void {
    this.hold = null;
  }

  /** Lets the reaction know that behind one position, up to another, nothing is for it. */
  passOver(after: number, upTo: number): void {
    const { hold } = this;
    if (hold !== null && hold.scannedTo >= after) hold.scannedTo = Math.max(hold.scannedTo, upTo);
  }

  /**
   * Handles what the log holds now, parked events that are due, and replays. Does nothing while the
   * reaction is paused or belongs to another process.
   *
   * @returns when a parked event is due next, in milliseconds since the epoch, or null
   */
  async catchUp(isStopping: () => boolean): Promise<number | null> {
    const hold = this.hold ?? (await this.load());
    if (hold === null) return null;
    this.hold = hold;
    try {
      const nextDueAtMs = await this.retries.run(hold, isStopping);
      let goesOn = true;
      // By turns, so that a long replay does not hold up what comes in, nor the other way round.
      while (goesOn && !isStopping()) {
        const isBehind = await this.step(hold);
        goesOn = (await this.replays.step(hold)) || isBehind;
      }
      return nextDueAtMs;
    } catch (error) {
      if (this.hold === hold) this.hold = null;
      if (error instanceof HoldLost) return this.parts.clock.now();
      throw error;
    }
  }

  private async load(): Promise<ReactionHold | null> {
    const row = await this.parts.storage.find(this.id);
    if (row === undefined) throw new Error(`the store has lost the checkpoint of ${this.id}`);
    if (row.owner !== this.instanceId || row.paused_at_ms !== null) return null;
    const { epoch, position } = row;
    return { epoch, position, scannedTo: position, blockedKeys: new Set() };
  }

  /** One batch of what the log holds behind the checkpoint. @returns whether there may be more */
  private async step(hold: ReactionHold): Promise<boolean> {
    const { log } = this.parts.storage;
    const head = await log.head();
    if (head <= hold.scannedTo) {
      await this.saveScan(hold);
      return false;
    }
    const range = { names: this.names, after: hold.scannedTo, upTo: head };
    const rows = await log.next(range, this.batchSize);
    if (rows.length > 0) await this.handleRows(hold, rows);
    // Everything up to the head was read when the batch was not cut short.
    if (rows.length < this.batchSize) hold.scannedTo = Math.max(hold.scannedTo, head);
    await this.saveScan(hold);
    return rows.length > 0;
  }

  private async saveScan(hold: ReactionHold): Promise<void> {
    if (hold.scannedTo - hold.position < scannedAheadMax) return;
    await this.committer.commit(hold, { to: hold.scannedTo, taken: 0 }, []);
  }

  private async handleRows(hold: ReactionHold, rows: readonly EventRow[]): Promise<void> {
    let start = 0;
    while (start < rows.length) {
      const settlements = await this.settleStretch(hold, rows.slice(start));
      const stretch = rows.slice(start, start + settlements.length);
      start += stretch.length;
      const fault = await this.commit(hold, stretch, settlements);
      if (fault === null) continue;
      const [first] = stretch;
      if (stretch.length === 1 && first !== undefined) await this.handleAlone(hold, first, fault);
      else for (const row of stretch) await this.handleAlone(hold, row, null);
    }
  }

  /**
   * Decides as many of the next events as one commit can hold: an event has to see what the one of
   * its key before it wrote, so a stretch ends behind a key that wrote something. Keys that wrote
   * nothing, as most do in a reaction that looks for a few events among many, go on.
   */
  private async settleStretch(
    hold: ReactionHold,
    rows: readonly EventRow[],
  ): Promise<Settlement[]> {
    const settlements: Settlement[] = [];
    const changedKeys = new Set<string>();
    for (;;) {
      const start = settlements.length;
      const isIndependent = this.reaction.options.independent === true;
      const end = isIndependent ? rows.length : endOfKeys(rows, start, changedKeys);
      if (end === start) return settlements;
      const wave = await Promise.all(
        rows.slice(start, end).map((row) => this.settle(hold, row, null)),
      );
      settlements.push(...wave);
      for (const { key, writes } of wave) if (writes.length > 0) changedKeys.add(key);
    }
  }

  /** @param firstFault what became of a first try that was already made, null without one */
  private async handleAlone(
    hold: ReactionHold,
    row: EventRow,
    firstFault: CommitFault | null,
  ): Promise<void> {
    let fault = firstFault;
    let givenUp: Error | null = null;
    for (let tries = fault === null ? 1 : 2; ; tries++) {
      // Fresh reads may mend a conflict, nothing mends a statement that was refused.
      if (fault !== null && (fault.conflict === null || tries > conflictTriesMax)) {
        givenUp = this.committer.giveUp(fault.error);
      }
      const settlement = await this.settle(hold, row, givenUp);
      fault = await this.commit(hold, [row], [settlement]);
      if (fault === null) return;
      // Not even the note that it failed can be written: then nothing here can go on.
      if (givenUp !== null) throw fault.error;
    }
  }

  private async commit(
    hold: ReactionHold,
    rows: readonly EventRow[],
    settlements: readonly Settlement[],
  ): Promise<CommitFault | null> {
    const to = rows.at(-1)?.position ?? hold.position;
    const fault = await this.committer.commit(hold, { to, taken: rows.length }, settlements);
    if (fault === null) hold.scannedTo = Math.max(hold.scannedTo, to);
    return fault;
  }

  /** The first try of an event; behind a parked event of its key it waits instead. */
  private async settle(
    { blockedKeys }: ReactionHold,
    row: EventRow,
    givenUp: Error | null,
  ): Promise<Settlement> {
    if (blockedKeys.has(row.key)) return this.settler.parks(row, null, 'waiting', null);
    if (givenUp !== null) return this.settler.parks(row, null, 'parked', givenUp);
    return this.settler.settle(row, null);
  }
}

/** End of the longest run from `start` in which no key comes twice, nor one of `without`. */
function endOfKeys(rows: readonly EventRow[], start: number, without: ReadonlySet<string>): number {
  const keys = new Set(without);
  let end = start;
  for (; end < rows.length; end++) {
    const key = rows[end]?.key ?? '';
    if (keys.has(key)) break;
    keys.add(key);
  }
  return end;
}
