import { EventsHandler } from '@nestjs/cqrs';
import {
  happened,
  ThingHappened,
  ThingNoticed,
} from '../../../../test/conformance/messaging-kernel.js';
import { MessagingProgram } from '../../../../test/support/messaging-program.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { always, exactlyOne, type Write } from '#shared-kernel/persistence/statement.js';
import type { Decision } from '../event-log.js';
import { Reaction, type ReactsTo } from '../reaction.js';
import { ApplyRetention } from './apply-retention.js';
import { ArchiveEvents } from './archive-events.js';
import { EventArchive } from './event-archive.js';
import { ForgetRows } from './forget-rows.js';
import { OldEvents } from './old-events.js';
import { ReactionProgress } from './reaction-progress.js';
import { dayMs, RetentionLimits } from './retention-limits.js';
import { RetentionParts } from './retention-parts.js';
import { Retains } from './retains.js';

type Thing = InstanceType<typeof ThingHappened>;

const plan = { parks: new Set<number>(), hang: null as null | Promise<void> };

@EventsHandler(ThingHappened)
@Reaction({ id: 'test.follow', start: 'first' })
class Follow implements ReactsTo<Thing> {
  async handle({ data }: Thing): Promise<Decision> {
    if (plan.hang !== null) await plan.hang;
    if (plan.parks.has(data.n)) throw new Error('cannot');
    return {};
  }
}

/** Wants events that never come: its checkpoint stays where it began. */
@EventsHandler(ThingNoticed)
@Reaction({ id: 'test.idle', start: 'first' })
class Idle implements ReactsTo<InstanceType<typeof ThingNoticed>> {
  handle(): Decision {
    return {};
  }
}

@Retains({
  forgets: [
    {
      table: 'job',
      key: ['id', 'tenant'],
      since: 'ended_at_ms',
      parts: { table: 'job_try', column: 'job_id' },
    },
    { table: 'mark', key: ['id'], since: 'seen_at_ms', limit: 'dedupeWindowDays' },
  ],
  needs: [{ table: 'job', column: 'event_id', state: 'due' }],
})
class Jobs {}

const write = (sql: string, ...parameters: (string | number | null)[]): Write =>
  always({ sql, parameters });

describe('retention', () => {
  let program: MessagingProgram;
  const rowLimits = { historyKeepDays: 10, dedupeWindowDays: 20 };
  const limits = { eventLogKeepDays: 30, archiveKeepDays: 365, ...rowLimits };
  const start = async (more: Partial<RetentionLimits> = {}) => {
    await program.start([
      { provide: RetentionLimits, useValue: { ...limits, ...more } },
      ...[RetentionParts, ReactionProgress, ArchiveEvents, OldEvents, ForgetRows, ApplyRetention],
      ...[Follow, Idle, Jobs],
    ]);
    await program.store.commit([
      write(
        `CREATE TABLE IF NOT EXISTS job (id TEXT, tenant TEXT, event_id TEXT, state TEXT,
          ended_at_ms INTEGER, PRIMARY KEY (id, tenant))`,
      ),
      write('CREATE TABLE IF NOT EXISTS job_try (job_id TEXT)'),
      write('CREATE TABLE IF NOT EXISTS mark (id TEXT PRIMARY KEY, seen_at_ms INTEGER)'),
      // The test runs it, and nobody else meanwhile.
      write('UPDATE schedule SET paused_at_ms = 1'),
    ]);
  };
  const positions = async () =>
    (await program.rows<{ position: number }>('SELECT position FROM event_log')).map(
      ({ position }) => position,
    );
  const segments = async () => (await program.get(EventArchive).list({ limit: 100 })).items;
  const archived = async () => {
    const lines: { position: number; id: string; payload_base64: string | null; n: number }[] = [];
    for (const { first_position } of await segments()) {
      const text = await program.get(EventArchive).read(first_position);
      for (const line of text!.toString().trim().split('\n')) lines.push(JSON.parse(line));
    }
    return lines;
  };
  const append = (from: number, count: number, key = 'a') =>
    program.log.commit({
      events: Array.from({ length: count }, (_, n) => happened(from + n, key)),
    });
  const handled = () =>
    program.until(async () => {
      const sql = `SELECT 1 FROM reaction WHERE id = 'test.follow'
        AND position = (SELECT max(position) FROM event_log)`;
      return (await program.rows(sql)).length === 1;
    });
  const apply = () => program.get(ApplyRetention).run();

  beforeEach(() => {
    plan.parks.clear();
    plan.hang = null;
    program = new MessagingProgram([]);
  });
  afterEach(() => program.end());

  it('moves old events to the archive, whole and to the byte', async () => {
    await start();
    const bytes = Uint8Array.from({ length: 256 }, (_, n) => n);
    const id = newId('evt', program.clock.nowMs);
    const payload = { bytes, contentType: 'application/octet-stream' };
    await program.log.commit({ events: [{ ...happened(0), id, payload }] });
    await append(1, 599);
    await handled();
    program.clock.nowMs += 31 * dayMs;
    await append(600, 10);
    await handled();
    await apply();
    expect((await positions()).length).toBe(10);
    const lines = await archived();
    expect(lines.map(({ position }) => position)).toEqual(lines.map((_, n) => n + 1));
    expect(lines[0]).toMatchObject({ id, key: 'a', data: { n: 0 }, version: 1 });
    expect(Buffer.from(lines[0]!.payload_base64!, 'base64')).toEqual(Buffer.from(bytes));
    expect((await segments()).map(({ events }) => events)).toEqual([256, 256, 88]);
    expect(await program.metric('signalbox_retention_events_total{outcome="archived"}')).toBe(600);
    expect(await program.metric('signalbox_event_log_oldest_age_seconds')).toBe(0);

    const archive = program.get(EventArchive);
    expect(await archive.has('default', id)).toBe(true);
    expect(await archive.has('acme', id)).toBe(false);
    expect(await archive.has('default', newId('evt', program.clock.nowMs))).toBe(false);
    expect(await archive.has('default', 'evt_none')).toBe(false);
  });

  it('keeps large events in small batches', async () => {
    await start();
    const payload = { bytes: new Uint8Array(600_000), contentType: null };
    await program.log.commit({ events: [1, 2, 3].map((n) => ({ ...happened(n), payload })) });
    await handled();
    program.clock.nowMs += 31 * dayMs;
    await apply();
    expect((await segments()).map(({ events }) => events)).toEqual([1, 1, 1]);
  });

  it('leaves what a reaction has not passed, and says which one', async () => {
    await start();
    await append(0, 10);
    await handled();
    let go = () => {};
    plan.hang = new Promise((resolve) => (go = resolve));
    await append(10, 10);
    program.clock.nowMs += 31 * dayMs;
    await apply();
    expect((await positions()).length).toBe(10);
    expect(program.lines.filter((line) => line['log.level'] === 'warn')).toMatchObject([
      { 'event.action': 'apply-retention', 'labels.reaction': 'test.follow' },
    ]);
    go();
    await handled();
    await apply();
    expect(await positions()).toEqual([]);
  });

  it('leaves parked events and those that due work needs, until they are done with', async () => {
    plan.parks.add(3);
    await start();
    for (let n = 0; n < 8; n++) await append(n, 1, `key ${n}`);
    await program.until(
      async () => (await program.rows('SELECT 1 FROM parked_event')).length === 1,
    );
    await handled();
    const needed = `SELECT 'j', 'default', id, 'due', NULL FROM event_log WHERE position = 6`;
    await program.store.commit([write(`INSERT INTO job ${needed}`)]);
    program.clock.nowMs += 31 * dayMs;
    await apply();
    expect(await positions()).toEqual([4, 6]);
    await program.store.commit([write("UPDATE job SET state = 'done'")]);
    await apply();
    expect(await positions()).toEqual([4]);
    expect((await archived()).map(({ position }) => position)).toEqual([1, 2, 3, 5, 7, 8, 6]);
  });

  it('leaves what a replay still has to come to', async () => {
    await start();
    await append(0, 6);
    await handled();
    const replay = `INSERT INTO reaction_replay VALUES
      ('rpl_1', 'other', 'running', 1, 4, 2, NULL, NULL, 3, 1, 0, 0, 0, NULL)`;
    await program.store.commit([write(replay)]);
    program.clock.nowMs += 31 * dayMs;
    await apply();
    // The stretch around it waits too, since a segment is one stretch.
    expect(await positions()).toEqual([1, 2, 3, 4, 5, 6]);
    await program.store.commit([write("UPDATE reaction_replay SET state = 'done'")]);
    await apply();
    expect(await positions()).toEqual([]);
  });

  it('moves nothing when a reaction went back, or a new one came, while it packed', async () => {
    await start();
    await append(0, 5);
    await handled();
    program.clock.nowMs += 31 * dayMs;
    const progress = await program.get(ReactionProgress).upTo(5);
    await program.store.commit([
      write("INSERT INTO reaction (id, position, registered_at_ms) VALUES ('test.new', 0, 0)"),
    ]);
    const run = { keeps: true, needs: [], nowMs: 1, isStopping: () => false, progress };
    const moved = await program.get(ArchiveEvents).run({ ...run, beforeMs: program.clock.nowMs });
    expect(moved).toBe(0);
    expect((await positions()).length).toBe(5);
    expect(await segments()).toEqual([]);
  });

  it.each(['before', 'after'] as const)(
    'has each event in one place when the process dies %s a commit',
    async (when) => {
      await start();
      await append(0, 600);
      await handled();
      program.clock.nowMs += 31 * dayMs;
      let batch = 0;
      program.store.death = {
        when,
        at: (sql) => sql.includes('INTO event_archive') && ++batch === 2,
      };
      await expect(apply()).rejects.toMatchObject({ code: 'storage.unavailable' });
      await program.stop();
      await start();
      const inBoth = [...(await positions()), ...(await archived()).map((line) => line.position)];
      expect(inBoth.sort((a, b) => a - b)).toEqual(inBoth.map((_, n) => n + 1));
      await apply();
      expect((await archived()).length).toBe(600);
    },
  );

  it('keeps no archive when it is told so, and none for longer than it is told', async () => {
    await start();
    await append(0, 5);
    await handled();
    program.clock.nowMs += 31 * dayMs;
    await apply();
    expect((await segments()).length).toBe(1);
    program.clock.nowMs += 335 * dayMs;
    await apply();
    expect(await segments()).toEqual([]);
    await program.stop();
    await start({ archiveKeepDays: 0 });
    await append(5, 5);
    await handled();
    program.clock.nowMs += 31 * dayMs;
    await apply();
    expect([await positions(), await segments()]).toEqual([[], []]);
    expect(await program.metric('signalbox_retention_events_total{outcome="removed"}')).toBe(5);
  });

  it('forgets rows whose time has passed, with their parts, and no others', async () => {
    await start();
    const { nowMs } = program.clock;
    const job = (id: string, endedAtMs: number | null) => [
      write('INSERT INTO job VALUES (?, ?, ?, ?, ?)', id, 'default', id, 'done', endedAtMs),
      write('INSERT INTO job_try VALUES (?)', id),
    ];
    const old = Array.from({ length: 1_001 }, (_, n) => job(`old ${n}`, nowMs - 10 * dayMs - 1));
    const mark = (days: number) =>
      write('INSERT INTO mark VALUES (?, ?)', `${days} days`, nowMs - days * dayMs - 1);
    const writes = [...old.flat(), ...job('young', nowMs - 9 * dayMs), ...job('open', null)];
    await program.store.commit([...writes, mark(10), mark(20)]);
    await apply();
    expect(await program.rows('SELECT id FROM job ORDER BY id')).toEqual([
      { id: 'open' },
      { id: 'young' },
    ]);
    expect((await program.rows('SELECT 1 FROM job_try')).length).toBe(2);
    expect(await program.rows('SELECT id FROM mark')).toEqual([{ id: '10 days' }]);
    expect(await program.metric('signalbox_retention_rows_total{table="job"}')).toBe(1_001);
  });

  it('refuses to hand out a segment that is damaged', async () => {
    await start();
    await append(0, 1);
    await handled();
    program.clock.nowMs += 31 * dayMs;
    await apply();
    const sql = "UPDATE event_archive SET sha256 = 'other'";
    await program.store.commit([exactlyOne({ sql, parameters: [] }, 'there')]);
    await expect(program.get(EventArchive).read(1)).rejects.toThrow('damaged');
    expect(await program.get(EventArchive).read(2)).toBeUndefined();
  });
});
