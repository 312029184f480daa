import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable, Module, type Type } from '@nestjs/common';
import { EventBus, EventsHandler } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  happened,
  memoryLog,
  ThingHappened,
  ThingNoticed,
} from '../../../test/conformance/messaging-kernel.js';
import { Log } from '#shared-kernel/observability/logger.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { Tracer } from '#shared-kernel/observability/tracer.js';
import { PersistenceModule } from '#shared-kernel/persistence/persistence.module.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { DueWorkEngine } from './due-work-engine.js';
import { DueWork, type DueItem, type PerformsDueWork } from './due-work.js';
import { type Decision, EventLog } from './event-log.js';
import { MessagingModule } from './messaging.module.js';
import { Reaction } from './reaction.js';
import { ReactionEngine } from './reaction-engine.js';

@Module({})
class ObservabilityModule {}

type Thing = InstanceType<typeof ThingHappened>;

@Injectable()
@EventsHandler(ThingHappened)
@Reaction({ id: 'test.notice-when-thing-happened', start: 'first' })
class NoticeWhenThingHappened {
  async handle({ data }: Thing): Promise<Decision> {
    await new Promise((resolve) => setImmediate(resolve));
    if (data.n < 0) throw new Error('negative');
    return { events: [ThingNoticed.of({ tenant: 'default', data })], due: ['ring'] };
  }
}

/** Rings once for every time that work was made due. */
@Injectable()
@DueWork({ effect: 'ring' })
class Rings implements PerformsDueWork<DueItem> {
  rung = 0;
  claims = 0;
  failing = false;

  async claim(): Promise<DueItem[]> {
    this.claims++;
    if (this.failing) throw new Error('no claims today');
    if (this.rung > 0) return [];
    const origin = { traceparent: null, correlationId: null, causationId: null, hops: 0 };
    return [{ id: 'ring', lane: 'bell', origin }];
  }

  async perform(): Promise<void> {
    this.rung++;
  }

  async release(): Promise<void> {
    this.rung = 0;
  }

  /** Whose claims were taken over. */
  readonly takenOver: string[] = [];

  async reclaim(instanceId: string): Promise<number> {
    this.takenOver.push(instanceId);
    return instanceId === 'dead' ? 3 : 0;
  }

  async reclaimOthers(instanceId: string): Promise<number> {
    this.takenOver.push(`all but ${instanceId}`);
    return 2;
  }

  async nextDueAtMs(): Promise<number | null> {
    return this.failing || this.rung === 0 ? 0 : null;
  }
}

@Injectable()
@DueWork({ effect: 'ring' })
class RingsToo extends Rings {}

describe('messaging in a program', () => {
  let folder: string;
  let program: TestingModule;
  let lines: Record<string, unknown>[];
  const start = async (...providers: Type[]) => {
    lines = [];
    const values = [
      { provide: Log, useValue: memoryLog(lines, 'warn') },
      { provide: Meter, useValue: new Meter({ format: 'text', processMetrics: false }) },
      { provide: Tracer, useValue: new Tracer(1, null) },
    ];
    program = await Test.createTestingModule({
      imports: [
        {
          module: ObservabilityModule,
          global: true,
          providers: values,
          exports: [Log, Meter, Tracer],
        },
        PersistenceModule.forRoot({ file: join(folder, 'test.db'), bytesMax: 0 }),
        MessagingModule.forRoot({
          instanceId: 'test',
          dueWorkConcurrency: 4,
          drainTimeoutMs: 5_000,
        }),
      ],
      providers,
    }).compile();
    program.enableShutdownHooks();
    await program.init();
  };
  const count = async (name: string) => {
    const sql = 'SELECT count(*) AS n FROM event_log WHERE name = ?';
    const store = program.get(Store, { strict: false });
    const row = await store.find<{ n: number }>({ sql, parameters: [name] });
    return row?.n ?? 0;
  };
  const until = async (fact: () => boolean | Promise<boolean>) => {
    while (!(await fact())) await new Promise((resolve) => setTimeout(resolve, 2));
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-messaging-'));
  });
  afterEach(async () => {
    await program.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('stores what the event bus publishes before its promise resolves', async () => {
    await start();
    const bus = program.get(EventBus);
    await bus.publish(happened(1));
    expect(await count('things.thing-happened')).toBe(1);
    await bus.publishAll([happened(2), happened(3)]);
    expect(await count('things.thing-happened')).toBe(3);
  });

  it('runs reactions from the log, and the work that they make due', async () => {
    await start(NoticeWhenThingHappened, Rings);
    const events = Array.from({ length: 50 }, (_, n) => happened(n, `key ${n % 5}`));
    await program.get(EventLog).commit({ events });
    await until(async () => (await count('things.thing-noticed')) === 50);
    await until(() => program.get(Rings).rung > 0);
    await until(async () => (await program.get(ReactionEngine).lag()).every((l) => l.events === 0));
    expect(await program.get(ReactionEngine).lag()).toMatchObject([
      { reaction: 'test.notice-when-thing-happened', events: 0 },
    ]);
    const { body } = await program.get(Meter).expose();
    expect(body).toContain(
      'signalbox_reaction_events_total{reaction="test.notice-when-thing-happened",outcome="handled"} 50',
    );
    expect(lines).toEqual([]);
  });

  it('shows how far its reactions are, and what they could not handle', async () => {
    const gauges = async () => (await program.get(Meter).expose()).body;
    const reaction = '{reaction="test.notice-when-thing-happened"}';
    const parked = '{reaction="test.notice-when-thing-happened",state="parked"}';
    await start(NoticeWhenThingHappened);
    expect(await gauges()).toContain(`signalbox_reaction_lag_seconds${reaction} 0`);
    await program.get(EventLog).commit({ events: [happened(-1), happened(1)] });
    await until(async () => (await gauges()).includes(`signalbox_reaction_events${parked} 2`));
    await until(async () =>
      (await gauges()).includes(`signalbox_reaction_lag_events${reaction} 0`),
    );
    expect(await gauges()).toContain('signalbox_event_log_position 2');
    expect(lines).toMatchObject([{ 'error.message': 'negative' }]);
  });

  it('shows the age of the oldest event that a reaction has not handled', async () => {
    await start(NoticeWhenThingHappened);
    await program.get(ReactionEngine).stop();
    await program.get(EventLog).commit({ events: [happened(1), happened(2)] });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const { body } = await program.get(Meter).expose();
    expect(body).toMatch(/signalbox_reaction_lag_events\{.*\} 2/);
    expect(body).toMatch(/signalbox_reaction_lag_seconds\{.*\} 0\.\d+/);
  });

  it('ends in order in the middle of a backlog, and goes on from there', async () => {
    await start(NoticeWhenThingHappened);
    const events = Array.from({ length: 2_000 }, (_, n) => happened(n, `key ${n % 50}`));
    await program.get(EventLog).commit({ events });
    await until(async () => (await count('things.thing-noticed')) > 0);
    await program.close();
    await start(NoticeWhenThingHappened);
    expect(await count('things.thing-noticed')).toBeLessThan(2_001);
    await until(async () => (await count('things.thing-noticed')) === 2_000);
    const store = program.get(Store, { strict: false });
    const sql =
      "SELECT count(DISTINCT causation_id) AS n FROM event_log WHERE name LIKE '%noticed'";
    expect(await store.find({ sql, parameters: [] })).toEqual({ n: 2_000 });
  });

  it('takes over the work of a process that died: at the start, when the store is its own', async () => {
    await start(Rings);
    const rings = program.get(Rings);
    // A store that is shared has living others; there somebody tells who died.
    const isShared = program.get(Store, { strict: false }).isShared;
    expect(rings.takenOver).toEqual(isShared ? [] : ['all but test']);
    await program.get(DueWorkEngine, { strict: false }).reclaim('dead');
    expect(rings.takenOver.at(-1)).toBe('dead');
  });

  it('writes a round that failed to the log, and goes on', async () => {
    await start(NoticeWhenThingHappened, Rings);
    await until(() => program.get(Rings).rung > 0);
    const store = program.get(Store, { strict: false });
    const rename = (from: string, to: string) => ({
      statement: { sql: `ALTER TABLE ${from} RENAME TO ${to}`, parameters: [] },
      expect: 'any' as const,
    });
    await store.commit([rename('parked_event', 'hidden')]);
    await program.get(EventLog).commit({ events: [happened(1)], due: ['unknown'] });
    await until(() => lines.length > 0);
    expect(lines[0]).toMatchObject({
      'log.level': 'error',
      'event.action': 'test.notice-when-thing-happened',
    });
    await store.commit([rename('hidden', 'parked_event')]);
    await until(async () => (await count('things.thing-noticed')) === 1);

    lines.length = 0;
    const rings = program.get(Rings);
    rings.failing = true;
    await program.get(EventLog).commit({ due: ['ring'] });
    await until(() => lines.length > 0);
    expect(lines[0]).toMatchObject({
      'event.action': 'ring',
      message: 'due work of ring failed',
      'error.message': 'no claims today',
    });
  });

  it('refuses two classes that perform the same work', async () => {
    await expect(start(Rings, RingsToo)).rejects.toThrow(
      'two classes perform the due work of ring',
    );
  });
});
