import { appendFileSync } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import { EventsHandler } from '@nestjs/cqrs';
import type { ClaimRequest, DueItem } from '#shared-kernel/messaging/due-work.js';
import { DueWork } from '#shared-kernel/messaging/due-work.js';
import { EventLog, type Decision } from '#shared-kernel/messaging/event-log.js';
import { Reaction } from '#shared-kernel/messaging/reaction.js';
import { claims } from '#shared-kernel/persistence/claims.js';
import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { absent, always, exactlyOne, returning } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { sql } from 'kysely';
import { ThingHappened, ThingNoticed } from './crash-schema.ts';
import type { Crash } from './crashing-store.ts';

interface CrashTables {
  crash_effect: { n: number; key: string; position: number };
  crash_sum: { key: string; total: number };
  crash_follow_up: { n: number };
  crash_job: { id: string; due_at_ms: number | null; claims: number; claimed_by: string | null };
}

/** How a table of the crash run is written; both databases understand it. */
const crashQueries = (store: Store) => queryBuilder<CrashTables>(store.dialect);

const leaseMs = 60_000;
/** Share of the handled events whose first try fails by chance. */
const failureShare = 0.002;

/** Effects on rows that must happen once and in the order of the key. */
export class EffectWhenThingHappened {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  async handle({
    record,
    data: { key, n },
  }: InstanceType<typeof ThingHappened>): Promise<Decision> {
    if (Math.random() < failureShare) throw new Error(`no ${n} this time`);
    const db = crashQueries(this.store);
    const read = db.selectFrom('crash_sum').select('total').where('key', '=', key);
    const row = await this.store.find<{ total: number }>(compiled(read));
    const values = { n, key, position: record.position };
    const total = (row?.total ?? 0) + n;
    // Read, add, write: an event that is handled beside another of its key loses one of the two.
    const sum =
      row === undefined
        ? absent(compiled(db.insertInto('crash_sum').values({ key, total })), 'sum-is-new')
        : exactlyOne(
            compiled(
              db
                .updateTable('crash_sum')
                .set({ total })
                .where('key', '=', key)
                .where('total', '=', row.total),
            ),
            'sum-is-as-read',
          );
    const job = { id: String(n), due_at_ms: 0, claims: 0, claimed_by: null };
    return {
      writes: [
        absent(compiled(db.insertInto('crash_effect').values(values)), 'effect-is-new'),
        sum,
        absent(compiled(db.insertInto('crash_job').values(job)), 'job-is-new'),
      ],
      events: [ThingNoticed.of({ tenant: 'default', data: { key, n } })],
      due: ['crash-job'],
    };
  }
}
Injectable()(EffectWhenThingHappened);
Inject(Store)(EffectWhenThingHappened, undefined, 0);
EventsHandler(ThingHappened)(EffectWhenThingHappened);
Reaction({ id: 'crash.effect-when-thing-happened', start: 'first' })(EffectWhenThingHappened);

/** A second stop, so that one reaction's events are another one's causes. */
export class FollowUpWhenThingNoticed {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  handle({ data: { n } }: InstanceType<typeof ThingNoticed>): Decision {
    const insert = crashQueries(this.store).insertInto('crash_follow_up').values({ n });
    return { writes: [absent(compiled(insert), 'follow-up-is-new')] };
  }
}
Injectable()(FollowUpWhenThingNoticed);
Inject(Store)(FollowUpWhenThingNoticed, undefined, 0);
EventsHandler(ThingNoticed)(FollowUpWhenThingNoticed);
Reaction({
  id: 'crash.follow-up-when-thing-noticed',
  start: 'first',
  independent: true,
})(FollowUpWhenThingNoticed);

/** Where effects go that no database can undo, and who may end the process there. */
export class OutsideWorld {
  readonly effectsFile: string;
  readonly crash: Crash;

  constructor(effectsFile: string, crash: Crash) {
    this.effectsFile = effectsFile;
    this.crash = crash;
  }
}

interface Job extends DueItem {
  readonly claims: number;
}

/** An effect outside of the database: a line in a file, at least once for each event. */
export class PerformCrashJob {
  private readonly store: Store;
  private readonly log: EventLog;
  private readonly outside: OutsideWorld;

  constructor(store: Store, log: EventLog, outside: OutsideWorld) {
    this.store = store;
    this.log = log;
    this.outside = outside;
  }

  async claim({ claimedBy, limit, nowMs }: ClaimRequest): Promise<Job[]> {
    const ids = sql`SELECT id FROM crash_job
      WHERE due_at_ms <= ${nowMs} ORDER BY due_at_ms LIMIT ${limit}`;
    const db = crashQueries(this.store);
    const claim = db
      .updateTable('crash_job')
      .set((e) => ({
        due_at_ms: nowMs + leaseMs,
        claims: e('claims', '+', 1),
        claimed_by: claimedBy,
      }))
      .where(claims(ids, 'crash_job', this.store.dialect))
      .returning(['id', 'claims']);
    const outcome = await this.store.commit([returning(compiled(claim))]);
    const rows = outcome.committed ? (outcome.rows[0] ?? []) : [];
    return (rows as unknown as { id: string; claims: number }[]).map((row) => ({
      ...row,
      lane: row.id.slice(-1),
      origin: { traceparent: null, correlationId: null, causationId: null, hops: 0 },
    }));
  }

  async perform({ id, claims: fence }: Job): Promise<void> {
    const { effectsFile, crash } = this.outside;
    appendFileSync(effectsFile, `${id}\n`);
    if (crash.reached('after-effect')) crash.die();
    const done = crashQueries(this.store)
      .updateTable('crash_job')
      .set({ due_at_ms: null, claimed_by: null })
      .where('id', '=', id)
      .where('claims', '=', fence);
    await this.log.tryCommit({ writes: [exactlyOne(compiled(done), 'claim-is-mine')] });
  }

  async release({ id, claims: fence }: Job): Promise<void> {
    const free = this.freeing().where('id', '=', id).where('claims', '=', fence);
    await this.log.tryCommit({ writes: [always(compiled(free))] });
  }

  async reclaim(instanceId: string): Promise<number> {
    return this.count(this.freeing().where('claimed_by', '=', instanceId).returning('id'));
  }

  async reclaimOthers(instanceId: string): Promise<number> {
    return this.count(this.freeing().where('claimed_by', '<>', instanceId).returning('id'));
  }

  async nextDueAtMs(): Promise<number | null> {
    const next = crashQueries(this.store)
      .selectFrom('crash_job')
      .select('due_at_ms')
      .where('due_at_ms', 'is not', null)
      .orderBy('due_at_ms')
      .limit(1);
    return (await this.store.find<{ due_at_ms: number }>(compiled(next)))?.due_at_ms ?? null;
  }

  private freeing() {
    return crashQueries(this.store)
      .updateTable('crash_job')
      .set((e) => ({ due_at_ms: 0, claimed_by: null, claims: e('claims', '+', 1) }));
  }

  private async count(update: Parameters<typeof compiled>[0]): Promise<number> {
    const outcome = await this.store.commit([returning(compiled(update))]);
    return outcome.committed ? (outcome.rows[0]?.length ?? 0) : 0;
  }
}
DueWork({ effect: 'crash-job' })(PerformCrashJob);
Injectable()(PerformCrashJob);
Inject(Store)(PerformCrashJob, undefined, 0);
Inject(EventLog)(PerformCrashJob, undefined, 1);
Inject(OutsideWorld)(PerformCrashJob, undefined, 2);
