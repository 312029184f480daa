import { Injectable } from '@nestjs/common';
import { isoTime } from '#shared-kernel/domain/clock.js';
import type { ReactionRow } from '../reaction-tables.js';
import { RunnerParts } from '../runner-parts.js';
import { ParkedEventReader } from './parked-event-reader.js';
import { eventNamesOf, ReactionControl } from './reaction-control.js';
import type { ReactionState } from './reaction-view.js';
import { viewOfReplay } from './replay-view.js';

const millisecondsPerSecond = 1_000;

/** Gathers what there is to know of a reaction. */
@Injectable()
export class ReactionReports {
  constructor(
    private readonly parts: RunnerParts,
    private readonly parked: ParkedEventReader,
    private readonly control: ReactionControl,
  ) {}

  /** All reactions of the store, by id; those that only another version has are among them. */
  async all(): Promise<ReactionState[]> {
    const { storage } = this.parts;
    const [rows, accounts, lags, oldest] = await Promise.all([
      storage.all(),
      storage.accounts(),
      this.control.lag(),
      this.parked.oldest(),
    ]);
    const countsById = new Map(accounts.map(({ id, ...counts }) => [id, counts]));
    const lagById = new Map(lags.map((lag) => [lag.reaction, lag]));
    return Promise.all(
      rows.map(async (row) => {
        const checkpoint = lagById.get(row.id)?.checkpoint ?? row.position;
        return {
          view: {
            ...this.nameOf(row),
            ...(await this.lagAt(checkpoint)),
            counts: countsById.get(row.id) ?? noCounts,
            oldestParkedAt: timeOrNull(oldest.get(row.id)),
            runningReplay: await this.replayOf(row),
          },
          revision: row.epoch,
        };
      }),
    );
  }

  async one(id: string): Promise<ReactionState> {
    this.control.get(id);
    const found = (await this.all()).find(({ view }) => view.id === id);
    if (found === undefined) throw new Error(`the store has lost the reaction ${id}`);
    return found;
  }

  private nameOf({ id, owner, paused_at_ms: pausedAtMs }: ReactionRow) {
    const reaction = this.control.find(id);
    return {
      id,
      module: id.split('.')[0] ?? id,
      events: reaction === undefined ? [] : eventNamesOf(reaction),
      pausedAt: timeOrNull(pausedAtMs),
      owner,
    };
  }

  private async lagAt(checkpoint: number) {
    const { storage, clock } = this.parts;
    const lagEvents = Math.max(0, (await storage.log.head()) - checkpoint);
    const atMs = lagEvents === 0 ? undefined : await storage.log.occurredAfter(checkpoint);
    const ageMs = atMs === undefined ? 0 : Math.max(0, clock.now() - atMs);
    return { checkpoint, lagEvents, lagSeconds: ageMs / millisecondsPerSecond };
  }

  private async replayOf({ id }: ReactionRow) {
    const replay = await this.parts.storage.replays.running(id);
    return replay === undefined ? null : viewOfReplay(replay);
  }
}

const noCounts = { taken: 0, handled: 0, parked: 0, dead: 0, skipped: 0 };

function timeOrNull(ms: number | null = null): string | null {
  return ms === null ? null : isoTime(ms);
}
