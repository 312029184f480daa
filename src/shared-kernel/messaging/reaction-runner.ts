import type { Write } from '#shared-kernel/persistence/statement.js';
import { isStorageOutage } from '#shared-kernel/persistence/storage-errors.js';
import type { CommitOutcome } from '#shared-kernel/persistence/store.js';
import type { EventRow } from './event-row.js';
import { EventSettler, type SettledOutcome, type Settlement } from './event-settler.js';
import type { RegisteredReaction } from './reaction.js';
import { checkpointIsMine, eventIsParked, type ParkedEvent } from './reaction-storage.js';
import type { RunnerParts } from './runner-parts.js';

/** Events read and committed at once. */
const batchSizeMax = 250;
/** Tries of one event whose commit meets a conflict, before it is parked. */
const conflictTriesMax = 4;
/** Parked events that are tried again in one round. */
const retriesMax = 250;

/** Why a commit did not happen although the store works. */
interface CommitFault {
  readonly error: Error;
  /** Name of the expectation that failed; null when the database refused a statement. */
  readonly conflict: string | null;
}

/**
 * Works one reaction through the log: reads a batch behind the checkpoint, lets the handler decide
 * each event, and commits all decisions together with the new checkpoint. So its effect on our own
 * data happens exactly once, whatever dies in between.
 */
export class ReactionRunner {
  private readonly id: string;
  private readonly names: readonly string[];
  private readonly settler: EventSettler;
  /** Keys behind which later events have to wait. */
  private blockedKeys = new Set<string>();
  /** How far was read without meeting an event for us; not worth a commit of its own. */
  private scannedTo: number;

  constructor(
    private readonly reaction: RegisteredReaction,
    private position: number,
    private readonly parts: RunnerParts,
    /** Told of each settled event, for the metrics. */
    private readonly settled: (reaction: string, outcome: SettledOutcome) => void,
  ) {
    this.id = reaction.options.id;
    this.names = [...new Set(reaction.events.map((event) => event.contract.name))];
    this.settler = new EventSettler(reaction, parts);
    this.scannedTo = position;
  }

  /** Position up to which the log is settled or holds nothing for us. */
  get checkpoint(): number {
    return this.scannedTo;
  }

  /**
   * Handles what the log holds now, and parked events that are due.
   *
   * @returns when a parked event is due next, in milliseconds since the epoch, or null
   * @throws Error when another runner moved the checkpoint, after which this one goes on from there
   */
  async catchUp(isStopping: () => boolean): Promise<number | null> {
    const nextDueAtMs = await this.retryParked(isStopping);
    const { storage } = this.parts;
    while (!isStopping()) {
      const head = await storage.headPosition();
      if (head <= this.scannedTo) break;
      const rows = await storage.eventsAfter(this.names, this.scannedTo, head, batchSizeMax);
      if (rows.length > 0) await this.handleRows(rows);
      // Everything up to the head was read when the batch was not cut short.
      if (rows.length < batchSizeMax) this.scannedTo = Math.max(this.scannedTo, head);
    }
    return nextDueAtMs;
  }

  private async handleRows(rows: readonly EventRow[]): Promise<void> {
    let start = 0;
    while (start < rows.length) {
      const end = this.reaction.options.independent === true ? rows.length : cut(rows, start);
      await this.handleBatch(rows.slice(start, end));
      start = end;
    }
  }

  /** Decides a batch and commits it as one; a batch that cannot land is taken apart. */
  private async handleBatch(rows: readonly EventRow[]): Promise<void> {
    let givenUp: Error | null = null;
    for (let tries = 1; ; tries++) {
      const settlements = await Promise.all(rows.map((row) => this.settleFirst(row, givenUp)));
      const to = rows.at(-1)?.position ?? this.position;
      const checkpoint = this.parts.storage.checkpoint(this.id, this.position, to);
      const fault = await this.commit(settlements, [checkpoint]);
      if (fault === null) {
        this.position = to;
        this.scannedTo = to;
        return;
      }
      if (rows.length > 1) {
        for (const row of rows) await this.handleBatch([row]);
        return;
      }
      // Not even the note that it failed can be written: then nothing here can go on.
      if (givenUp !== null) throw fault.error;
      // Fresh reads may mend a conflict, nothing mends a statement that was refused.
      if (fault.conflict === null || tries >= conflictTriesMax) givenUp = fault.error;
    }
  }

  /** The first try of an event; behind a parked event of its key it waits instead. */
  private async settleFirst(row: EventRow, givenUp: Error | null): Promise<Settlement> {
    if (this.blockedKeys.has(row.key)) return this.settler.parks(row, null, 'waiting', null);
    if (givenUp !== null) return this.settler.parks(row, null, 'parked', givenUp);
    return this.settler.settle(row, null);
  }

  /** @throws when the store cannot work, or another runner moved the checkpoint */
  private async commit(
    settlements: readonly Settlement[],
    fences: readonly Write[],
  ): Promise<CommitFault | null> {
    // Fences first: who has lost one must learn of that, not of what follows from it.
    const writes = [...fences, ...settlements.flatMap((settlement) => settlement.writes)];
    let outcome: CommitOutcome;
    try {
      outcome = await this.parts.store.commit(writes);
    } catch (error) {
      if (isStorageOutage(error) || !(error instanceof Error)) throw error;
      return { error, conflict: null };
    }
    if (!outcome.committed) return this.faultOf(outcome.conflict);
    for (const { key, outcome: settledAs, decision } of settlements) {
      if (settledAs === 'parked' || settledAs === 'retried') this.blockedKeys.add(key);
      this.settled(this.id, settledAs);
      this.parts.log.announce(decision.events ?? [], decision.due ?? []);
    }
    return null;
  }

  private async faultOf(conflict: string): Promise<CommitFault> {
    if (conflict !== checkpointIsMine) {
      return { error: new Error(`the commit met the conflict ${conflict}`), conflict };
    }
    // Another process, or a commit of ours that landed while its answer was lost: either way the
    // stored checkpoint is the truth.
    const stored = (await this.parts.storage.checkpoints()).get(this.id);
    const at = stored === undefined ? 'away' : `to ${stored}`;
    if (stored !== undefined) this.position = this.scannedTo = stored;
    throw new Error(`the checkpoint of ${this.id} was moved ${at} by another runner`);
  }

  private async retryParked(isStopping: () => boolean): Promise<number | null> {
    const { storage, clock } = this.parts;
    if (!(await storage.hasParked(this.id))) {
      this.blockedKeys = new Set();
      return null;
    }
    const parked = await storage.parked(this.id, retriesMax);
    const nowMs = clock.now();
    const due = isStopping() ? [] : parked.filter(({ due_at_ms }) => due_at_ms <= nowMs);
    // At once, since no two have the same key. All must end before their keys are read anew.
    const retries = await Promise.allSettled(due.map((entry) => this.retry(entry)));
    const failed = retries.find((retry) => retry.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    // Read anew, since a key is free again once its last event is settled.
    this.blockedKeys = await storage.blockedKeys(this.id);
    return due.length > 0 ? nowMs : (parked[0]?.due_at_ms ?? null);
  }

  private async retry(entry: ParkedEvent): Promise<void> {
    const fault = await this.commit([await this.settleAgain(entry)], []);
    // Settled meanwhile by somebody else: what was decided here must not be counted.
    if (fault === null || fault.conflict === eventIsParked) return;
    const parks = this.settler.parks(entry, entry, 'parked', fault.error);
    const parkFault = await this.commit([parks], []);
    if (parkFault !== null && parkFault.conflict !== eventIsParked) throw parkFault.error;
  }

  private async settleAgain(entry: ParkedEvent): Promise<Settlement> {
    const row = await this.parts.storage.eventAt(entry.position);
    if (row !== undefined) return this.settler.settle(row, entry);
    const gone = new Error(`the log has no event at position ${entry.position} any more`);
    return this.settler.parks(entry, entry, 'dead', gone);
  }
}

/** End of the longest stretch from `start` in which no key comes twice. */
function cut(rows: readonly EventRow[], start: number): number {
  const keys = new Set<string>();
  let end = start;
  for (; end < rows.length; end++) {
    const key = rows[end]?.key ?? '';
    if (keys.has(key)) break;
    keys.add(key);
  }
  return end;
}
