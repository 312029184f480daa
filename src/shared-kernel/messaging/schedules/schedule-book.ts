import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Clock } from '#shared-kernel/domain/clock.js';
import { Log } from '#shared-kernel/observability/logger.js';
import { Store } from '#shared-kernel/persistence/store.js';
import {
  type MissedRuns,
  type RunsOnSchedule,
  scheduleOf,
  type ScheduleOptions,
} from './schedule.js';
import { type CompiledTiming, compileTiming } from './schedule-timing.js';
import { type ScheduleRow, StoredSchedules } from './stored-schedules.js';

/** A schedule of this program, ready to run. */
export interface KnownSchedule {
  readonly options: ScheduleOptions;
  readonly missed: MissedRuns;
  readonly timing: CompiledTiming;
  readonly handler: RunsOnSchedule;
}

/** The schedules of the program, held against what the store remembers of them. */
@Injectable()
export class ScheduleBook implements OnApplicationBootstrap {
  private registration: Promise<ReadonlyMap<string, KnownSchedule>> | null = null;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly stored: StoredSchedules,
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** @throws Error when a schedule is declared wrongly: that stops the start */
  async onApplicationBootstrap(): Promise<void> {
    await this.known();
  }

  /** Every schedule by its id, once the store knows them. */
  known(): Promise<ReadonlyMap<string, KnownSchedule>> {
    return (this.registration ??= this.register());
  }

  private async register(): Promise<ReadonlyMap<string, KnownSchedule>> {
    const known = this.discover();
    const rows = new Map((await this.stored.all()).map((row) => [row.id, row]));
    for (const { options } of known.values()) await this.rename(options, rows);
    for (const { options, timing } of known.values()) {
      await this.adopt(options.id, timing, rows.get(options.id));
    }
    for (const id of rows.keys()) if (!known.has(id)) await this.drop(id);
    return known;
  }

  private async rename({ id, formerIds = [] }: ScheduleOptions, rows: Map<string, ScheduleRow>) {
    const formerId = formerIds.find((former) => rows.has(former));
    const row = formerId === undefined ? undefined : rows.get(formerId);
    if (formerId === undefined || row === undefined || rows.has(id)) return;
    await this.store.commit([this.stored.rename(formerId, id)]);
    rows.delete(formerId);
    rows.set(id, { ...row, id });
  }

  /** A new schedule gets its first time, one whose timing changed its next. */
  private async adopt(id: string, timing: CompiledTiming, row?: ScheduleRow): Promise<void> {
    if (row?.spec === timing.spec) return;
    const nowMs = this.clock.now();
    const occursAtMs = timing.next(nowMs, nowMs);
    const { spec } = timing;
    // A conflict means that another process has just done the same.
    if (row === undefined) await this.store.commit([this.stored.add(id, spec, occursAtMs)]);
    else await this.store.commit([this.stored.anew(id, spec, occursAtMs)]);
  }

  private async drop(id: string): Promise<void> {
    await this.store.commit([this.stored.drop(id)]);
    this.log.warn(
      { 'event.action': 'drop-schedule', 'labels.schedule_id': id },
      `the schedule ${id} is not part of this version and was dropped`,
    );
  }

  private discover(): Map<string, KnownSchedule> {
    const known = new Map<string, KnownSchedule>();
    for (const { metatype, instance } of this.discovery.getProviders()) {
      if (typeof metatype !== 'function' || instance === undefined) continue;
      const declared = scheduleOf(metatype);
      if (declared === undefined) continue;
      const { id } = declared.options;
      if (known.has(id)) throw new Error(`two schedules have the id ${id}`);
      const handler = instance as RunsOnSchedule;
      known.set(id, { ...declared, timing: timingOf(declared.options), handler });
    }
    return known;
  }
}

function timingOf(options: ScheduleOptions): CompiledTiming {
  try {
    return compileTiming(options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the schedule ${options.id} has no valid timing: ${reason}`, { cause });
  }
}
