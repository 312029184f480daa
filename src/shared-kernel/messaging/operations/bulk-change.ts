import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Write } from '#shared-kernel/persistence/statement.js';
import { ChangeByHand, type ChangeNote } from './change-by-hand.js';
import { type ParkedFilter, ParkedEventReader } from './parked-event-reader.js';
import { ReactionControl } from './reaction-control.js';

/** Parked events that one request may change, so that its answer comes in time. */
const eventsMax = 5_000;
/** Of these, committed at once. */
const batchSizeMax = 250;

/** What a change of many parked events came to. */
export const bulkResultSchema = z
  .object({
    dryRun: z.boolean(),
    matched: z.int().describe('Events that the filters meant.'),
    changed: z.int().describe('0 in a dry run. What was handled meanwhile is not among them.'),
    remaining: z.int().describe('Events beyond the limit of one request: send it again.'),
  })
  .meta({ id: 'BulkResult' });

type BulkResult = z.output<typeof bulkResultSchema>;

/** One parked event, as a bulk change needs it. */
interface Meant {
  readonly position: number;
  readonly key: string;
}

/** A change of all parked events that filters mean. */
export interface BulkRequest {
  readonly note: ChangeNote;
  readonly filter: ParkedFilter;
  readonly dryRun: boolean;
  /** Whether the events leave the reaction. */
  readonly skips: boolean;
  readonly writesOf: (events: readonly Meant[]) => Write[];
}

/** Changes many parked events in bounded batches. */
@Injectable()
export class BulkChange {
  constructor(
    private readonly parked: ParkedEventReader,
    private readonly control: ReactionControl,
    private readonly hand: ChangeByHand,
  ) {}

  async run(request: BulkRequest): Promise<BulkResult> {
    const { note, filter, dryRun } = request;
    const { reaction } = note;
    this.control.get(reaction);
    const matched = await this.parked.count(reaction, filter);
    if (dryRun) return { dryRun, matched, changed: 0, remaining: Math.max(0, matched - eventsMax) };
    // Chosen before anything changes: a skip releases events that would pass the filters then.
    const meant = await this.parked.list(reaction, filter, { after: 0, limit: eventsMax });
    let changed = 0;
    for (let start = 0; start < meant.length; start += batchSizeMax) {
      changed += await this.change(request, meant.slice(start, start + batchSizeMax));
    }
    if (changed > 0) await this.hand.tell(note);
    return { dryRun, matched, changed, remaining: Math.max(0, matched - meant.length) };
  }

  /** @returns how many were changed; one that the runner settled meanwhile spoils its batch */
  private async change(request: BulkRequest, events: readonly Meant[]): Promise<number> {
    if (await this.isDone(request, events)) return events.length;
    let changed = 0;
    for (const event of events) if (await this.isDone(request, [event])) changed++;
    return changed;
  }

  private async isDone(request: BulkRequest, events: readonly Meant[]): Promise<boolean> {
    const { skips, writesOf } = request;
    const { reaction } = request.note;
    const change = { reaction, writes: writesOf(events), skipped: skips ? events.length : 0 };
    return (await this.hand.tryCommit(change)).committed;
  }
}
