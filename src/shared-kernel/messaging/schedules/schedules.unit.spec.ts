import { Injectable, type Type } from '@nestjs/common';
import { MessagingProgram } from '../../../../test/support/messaging-program.js';
import { absent, exactlyOne } from '#shared-kernel/persistence/statement.js';
import type { Decision } from '../event-log.js';
import { type Occurrence, Schedule } from './schedule.js';
import { PerformSchedules } from './perform-schedules.js';
import { StoredSchedules } from './stored-schedules.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What the schedules of one test do, and what they saw. */
const plan = {
  occurrences: [] as Occurrence[],
  failures: 0,
  conflicts: 0,
  hang: null as null | (() => void),
  hangs: false,
};

async function report(name: string, occurrence: Occurrence): Promise<Decision> {
  plan.occurrences.push(occurrence);
  if (plan.hangs) await new Promise<void>((resolve) => (plan.hang = resolve));
  if (plan.failures-- > 0) throw new Error(`${name} fails`);
  const insert = 'INSERT INTO report (name, due_at_ms) VALUES (?, ?)';
  const write = absent({ sql: insert, parameters: [name, occurrence.dueAtMs] }, 'report-is-new');
  const never = { sql: 'DELETE FROM report WHERE 1 = 0', parameters: [] };
  return { writes: [write, ...(plan.conflicts-- > 0 ? [exactlyOne(never, 'unlucky')] : [])] };
}

const daily = { cron: '0 9 * * *', zone: 'Europe/Warsaw' };

@Injectable()
@Schedule({ id: 'test.daily', ...daily, formerIds: ['test.every-day'] })
class Daily {
  run(occurrence: Occurrence) {
    return report('daily', occurrence);
  }
}

@Injectable()
@Schedule({ id: 'test.daily', cron: '0 10 * * *', zone: 'Europe/Warsaw' })
class DailyAtTen extends Daily {}

@Injectable()
@Schedule({ id: 'test.every-day', ...daily })
class EveryDay extends Daily {}

@Injectable()
@Schedule({ id: 'test.skipping', ...daily }, { missed: 'skip' })
class Skipping {
  run(occurrence: Occurrence) {
    return report('skipping', occurrence);
  }
}

@Injectable()
@Schedule({ id: 'test.wrong', cron: 'at nine', zone: 'Europe/Warsaw' })
class Wrong extends Daily {}

describe('schedules', () => {
  let program: MessagingProgram;
  const start = async (...providers: Type[]) => {
    await program.start(providers);
    await program.make(
      'CREATE TABLE IF NOT EXISTS report (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, due_at_ms INTEGER, UNIQUE (name, due_at_ms))',
    );
  };
  const reports = async () =>
    (await program.rows<{ due_at_ms: number }>('SELECT due_at_ms FROM report ORDER BY id')).map(
      ({ due_at_ms }) => new Date(due_at_ms).toISOString(),
    );
  const next = async () => {
    const [row] = await program.rows<{ occurs_at_ms: number }>('SELECT * FROM schedule');
    return row === undefined ? null : new Date(row.occurs_at_ms).toISOString();
  };
  const reported = (count: number) => program.until(async () => (await reports()).length === count);
  const runs = (schedule: string, outcome: string) =>
    program.metric(`signalbox_schedule_runs_total{schedule="${schedule}",outcome="${outcome}"}`);
  const ran = (outcome: string, times = 1, schedule = 'test.daily') =>
    program.until(async () => (await runs(schedule, outcome)) === times);
  const commit = (change: (stored: StoredSchedules) => ReturnType<StoredSchedules['drop']>) =>
    program.log.commit({ writes: [change(program.get(StoredSchedules))], due: ['schedule'] });

  beforeEach(() => {
    Object.assign(plan, { occurrences: [], failures: 0, conflicts: 0, hang: null, hangs: false });
    // 08:00 in Warsaw.
    program = new MessagingProgram([], Date.parse('2026-06-01T06:00:00Z'));
  });
  afterEach(async () => {
    plan.hang?.();
    await program.end();
  });

  it('run at their times, each time once', async () => {
    await start(Daily);
    expect(await next()).toBe('2026-06-01T07:00:00.000Z');
    program.advance(hourMs - 1);
    expect(plan.occurrences).toEqual([]);
    program.advance(1);
    await reported(1);
    program.advance(dayMs);
    await reported(2);
    expect(await reports()).toEqual(['2026-06-01T07:00:00.000Z', '2026-06-02T07:00:00.000Z']);
    expect(await next()).toBe('2026-06-03T07:00:00.000Z');
  });

  it('run once for all that was missed while no process was up', async () => {
    await start(Daily);
    await program.stop();
    program.clock.nowMs += 3 * dayMs + 2 * hourMs;
    await start(Daily);
    await reported(1);
    expect(plan.occurrences).toEqual([
      {
        dueAtMs: Date.parse('2026-06-04T07:00:00Z'),
        missedSinceMs: Date.parse('2026-06-01T07:00:00Z'),
      },
    ]);
    expect(await next()).toBe('2026-06-05T07:00:00.000Z');
  });

  it('skip what was missed when they are told to', async () => {
    await start(Skipping);
    await program.stop();
    program.clock.nowMs += 3 * hourMs;
    await start(Skipping);
    await ran('skipped', 1, 'test.skipping');
    program.advance(22 * hourMs);
    await reported(1);
    expect(await reports()).toEqual(['2026-06-02T07:00:00.000Z']);
  });

  it('try a run that fails again with pauses, once in the end', async () => {
    plan.failures = 2;
    await start(Daily);
    program.advance(hourMs);
    await ran('retried');
    program.advance(1_300);
    await ran('retried', 2);
    program.advance(5_000);
    await reported(1);
    expect(await reports()).toEqual(['2026-06-01T07:00:00.000Z']);
    expect(program.lines.filter((line) => line['log.level'] === 'error')).toMatchObject([
      { 'error.message': 'daily fails', 'labels.schedule_id': 'test.daily' },
      { 'error.message': 'daily fails' },
    ]);
  });

  it('give an occurrence up after its last try, and the next one still comes', async () => {
    plan.failures = 5;
    await start(Daily);
    program.advance(hourMs);
    for (let tries = 1; tries < 5; tries++) {
      await ran('retried', tries);
      program.advance(300_000);
    }
    await ran('failed');
    expect(await next()).toBe('2026-06-02T07:00:00.000Z');
    expect(await program.rows('SELECT last_error FROM schedule')).toEqual([
      { last_error: 'daily fails' },
    ]);
    program.advance(dayMs);
    await reported(1);
    expect(await program.rows('SELECT last_error FROM schedule')).toEqual([{ last_error: null }]);
  });

  it('decide again on fresh reads when their commit meets a conflict', async () => {
    plan.conflicts = 2;
    await start(Daily);
    program.advance(hourMs);
    await reported(1);
    plan.conflicts = 4;
    program.advance(dayMs);
    await ran('retried');
    expect((await reports()).length).toBe(1);
  });

  it.each(['before', 'after'] as const)(
    'run exactly once when the process dies %s the commit',
    async (when) => {
      await start(Daily);
      program.store.death = { when, at: (sql) => sql.includes('INTO report') };
      program.advance(hourMs);
      await program.until(() => program.store.isDead);
      await program.stop();
      await start(Daily);
      await reported(1);
      expect(await next()).toBe('2026-06-02T07:00:00.000Z');
      expect(plan.occurrences.length).toBe(when === 'before' ? 2 : 1);
    },
  );

  it('store nothing of a run whose lease another run took over', async () => {
    plan.hangs = true;
    await start(Daily);
    program.advance(hourMs);
    await program.until(() => plan.hang !== null);
    const first = plan.hang;
    plan.hangs = false;
    program.advance(600_000);
    await reported(1);
    first?.();
    await ran('lost');
    expect((await reports()).length).toBe(1);
  });

  it('rest while they are paused, run when asked, and go on from now', async () => {
    await start(Daily);
    await commit((stored) => stored.pause('test.daily', program.clock.now()));
    program.advance(2 * dayMs);
    await commit((stored) => stored.ask('test.daily', program.clock.now()));
    await reported(1);
    program.advance(dayMs);
    const at = program.clock.now() + hourMs;
    await commit((stored) => stored.anew('test.daily', '0 9 * * * Europe/Warsaw', at));
    program.advance(hourMs);
    await reported(2);
    expect(await reports()).toEqual(['2026-06-02T07:00:00.000Z', '2026-06-04T07:00:00.000Z']);
  });

  it('run before their time when asked, and at their time as well', async () => {
    await start(Daily);
    await commit((stored) => stored.ask('test.daily', program.clock.now()));
    await reported(1);
    program.advance(hourMs);
    await reported(2);
    expect(await reports()).toEqual(['2026-06-01T06:00:00.000Z', '2026-06-01T07:00:00.000Z']);
  });

  it('get new times when their timing changed, and keep them when only their id did', async () => {
    await start(EveryDay);
    await program.stop();
    program.clock.nowMs += 2 * hourMs;
    await start(Daily);
    await reported(1);
    expect(await next()).toBe('2026-06-02T07:00:00.000Z');
    await program.stop();
    await start(DailyAtTen);
    expect(await next()).toBe('2026-06-02T08:00:00.000Z');
  });

  it('that this version lacks are dropped with a line in the log', async () => {
    await start(Daily);
    await program.stop();
    await start();
    expect(await next()).toBeNull();
    expect(program.lines.at(-1)).toMatchObject({
      'log.level': 'warn',
      'labels.schedule_id': 'test.daily',
    });
  });

  it('stop the start when they are declared wrongly or twice', async () => {
    await expect(start(Wrong)).rejects.toThrow('the schedule test.wrong has no valid timing');
    await program.stop();
    await expect(start(Daily, DailyAtTen)).rejects.toThrow('two schedules have the id test.daily');
  });

  it('of a process that is gone, or that stops, are due at once', async () => {
    await start(Daily);
    const stored = program.get(StoredSchedules);
    const performer = program.get(PerformSchedules);
    const { nowMs } = program.clock;
    const request = { nowMs: nowMs + hourMs, limit: 1, claimedBy: 'gone' };
    expect(await stored.claim({ ...request, busyLanes: ['test.daily'] })).toEqual([]);
    await stored.claim({ ...request, busyLanes: [] });
    await performer.reclaim('gone', nowMs + 500_000);
    expect(await stored.nextDueAtMs()).toBe(nowMs + 500_000);
    const [run] = await performer.claim({ ...request, busyLanes: [] });
    await performer.release(run!);
    expect(await stored.nextDueAtMs()).toBe(nowMs);
  });

  it('that only another version knows are left to it', async () => {
    await start(Daily);
    const at = program.clock.now();
    await commit((stored) => stored.add('test.other', '* * * * *', at));
    await ran('unknown', 1, 'test.other');
    const sql = "SELECT due_at_ms FROM schedule WHERE id = 'test.other'";
    expect(await program.rows(sql)).toEqual([{ due_at_ms: at + 60_000 }]);
  });
});
