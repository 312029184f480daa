import { Injectable } from '@nestjs/common';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { isStorageOutage, storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import { type ClaimRequest, type DueItem, DueWork, type PerformsDueWork } from '../due-work.js';
import { type Decision, EventLog } from '../event-log.js';
import type { PipelineMessage } from '../pipeline-message.js';
import { PerformParts } from './perform-parts.js';
import { planRetry, planRun, type PlannedRun } from './plan-run.js';
import { type KnownSchedule, ScheduleBook } from './schedule-book.js';
import { runIsMine, type ScheduleRow, StoredSchedules } from './stored-schedules.js';

/** Runs whose commit met a conflict, before the occurrence counts as failed. */
const conflictTriesMax = 4;
/** A schedule that only another version knows is looked at again after this time. */
const unknownPauseMs = 60_000;

interface ClaimedRun extends DueItem {
  readonly row: ScheduleRow;
}

type Outcome = 'done' | 'skipped' | 'retried' | 'failed' | 'lost' | 'unknown';

/** Runs due schedules: what each decides lands together with its next time. */
@Injectable()
@DueWork({ effect: 'schedule' })
export class PerformSchedules implements PerformsDueWork<ClaimedRun> {
  constructor(
    private readonly stored: StoredSchedules,
    private readonly book: ScheduleBook,
    private readonly log: EventLog,
    private readonly parts: PerformParts,
  ) {}

  async claim(request: ClaimRequest): Promise<ClaimedRun[]> {
    const rows = await this.stored.claim(request);
    const origin = { traceparent: null, correlationId: null, causationId: null, hops: 0 };
    return rows.map((row) => ({ id: row.id, lane: row.id, origin, row }));
  }

  async release({ row }: ClaimedRun): Promise<void> {
    await this.log.tryCommit({ writes: [this.stored.release(row, this.parts.clock.now())] });
  }

  reclaim(instanceId: string, nowMs: number): Promise<number> {
    return this.stored.reclaim(instanceId, nowMs);
  }

  reclaimOthers(instanceId: string, nowMs: number): Promise<number> {
    return this.stored.reclaimOthers(instanceId, nowMs);
  }

  async nextDueAtMs(): Promise<number | null> {
    await this.book.known();
    return this.stored.nextDueAtMs();
  }

  async perform({ row }: ClaimedRun, message: PipelineMessage): Promise<void> {
    const { clock, meter } = this.parts;
    message.facts['labels.schedule_id'] = row.id;
    message.facts['labels.attempt'] = row.tries + 1;
    const latenessMs = clock.now() - row.occurs_at_ms;
    if (row.tries === 0 && latenessMs >= 0) {
      meter.observe('signalbox_schedule_lateness_seconds', {}, latenessMs / 1_000);
    }
    const schedule = (await this.book.known()).get(row.id);
    const outcome =
      schedule === undefined
        ? await this.leave(row)
        : await this.run(row, schedule, message).then((reached) => {
            if (reached === 'lost') message.facts['event.reason'] = 'another run took it over';
            return reached;
          });
    meter.count('signalbox_schedule_runs_total', { schedule: row.id, outcome });
  }

  private async run(
    row: ScheduleRow,
    schedule: KnownSchedule,
    message: PipelineMessage,
  ): Promise<Outcome> {
    const planned = planRun(row, schedule, this.parts.clock.now());
    try {
      const committed = await this.decideAndCommit(row, schedule, planned);
      if (!committed) return 'lost';
      return planned.occurrence === null ? 'skipped' : 'done';
    } catch (error) {
      if (isStorageOutage(error)) throw error;
      message.failure = error;
      return this.fail(row, planned, message, error);
    }
  }

  /** @returns false when the claim is lost */
  private async decideAndCommit(
    row: ScheduleRow,
    { handler }: KnownSchedule,
    { occurrence, after }: PlannedRun,
  ): Promise<boolean> {
    for (let tries = 1; ; tries++) {
      const decision: Decision = occurrence === null ? {} : await handler.run(occurrence);
      const settled = this.stored.settle(row, after, this.parts.clock.now());
      const writes = [settled, ...(decision.writes ?? [])];
      const outcome = await this.log.tryCommit({ ...decision, writes });
      if (outcome.committed) return true;
      if (outcome.conflict === runIsMine) return false;
      if (tries >= conflictTriesMax) {
        throw storageErrors.conflict(`What it decided met the conflict ${outcome.conflict}.`);
      }
    }
  }

  private async fail(
    row: ScheduleRow,
    planned: PlannedRun,
    { facts }: PipelineMessage,
    error: unknown,
  ): Promise<Outcome> {
    const nowMs = this.parts.clock.now();
    const text = error instanceof Error ? error.message : String(error);
    const settled = planRetry(row, planned, text.slice(0, 2_000), nowMs, Math.random());
    const writes = [this.stored.settle(row, settled, nowMs)];
    const { committed } = await this.log.tryCommit({ writes });
    if (!committed) return 'lost';
    facts['labels.retry_at'] = isoTime(settled.dueAtMs);
    return settled.tries === 0 ? 'failed' : 'retried';
  }

  private async leave(row: ScheduleRow): Promise<Outcome> {
    const nowMs = this.parts.clock.now();
    const { occurs_at_ms: occursAtMs, last_error: lastError, tries } = row;
    const settled = { occursAtMs, lastError, tries, dueAtMs: nowMs + unknownPauseMs };
    await this.log.tryCommit({ writes: [this.stored.settle(row, settled, nowMs)] });
    return 'unknown';
  }
}
