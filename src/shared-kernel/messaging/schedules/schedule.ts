import type { Decision } from '../event-log.js';
import type { ScheduleTiming } from './schedule-timing.js';

/** What a schedule declares of itself. */
export type ScheduleOptions = ScheduleTiming & {
  /** Stable for ever: `module.what-it-does`. Its next time is stored under it. */
  readonly id: string;
  /** Ids that this schedule had in earlier releases. */
  readonly formerIds?: readonly string[];
};

/**
 * What happens to occurrences for which no process was up: they become one run (`once`, the
 * default), or none (`skip`).
 */
export type MissedRuns = 'once' | 'skip';

/** One time at which a schedule is to run. */
export interface Occurrence {
  /** The time of the schedule, in milliseconds since the epoch; the run itself may be later. */
  readonly dueAtMs: number;
  /** The first of the occurrences that this run stands for, when some were missed; else null. */
  readonly missedSinceMs: number | null;
}

/**
 * Work that recurs. What it decides is committed together with the next time, so its effect on our
 * own data happens exactly once for each occurrence.
 */
export interface RunsOnSchedule {
  run(occurrence: Occurrence): Promise<Decision> | Decision;
}

/** A schedule's declaration, whole. */
export interface DeclaredSchedule {
  readonly options: ScheduleOptions;
  readonly missed: MissedRuns;
}

const scheduleKey = Symbol('schedule');

/**
 * Makes an injectable class run again and again: `@Schedule({ id: 'billing.remind', cron: '0 9 * *
 * *', zone: 'Europe/Warsaw' })`. A run that fails is tried again with pauses until its last try or
 * the next occurrence. A run has ten minutes; in one that takes longer, another may join in.
 */
export function Schedule(
  options: ScheduleOptions,
  { missed = 'once' }: { readonly missed?: MissedRuns } = {},
): ClassDecorator {
  const declared: DeclaredSchedule = { options, missed };
  return (target) => Reflect.defineMetadata(scheduleKey, declared, target);
}

/** What a class declares with `@Schedule`, undefined for any other class. */
export function scheduleOf(target: object): DeclaredSchedule | undefined {
  return Reflect.getMetadata(scheduleKey, target) as DeclaredSchedule | undefined;
}
