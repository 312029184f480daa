import { Injectable, type Type } from '@nestjs/common';
import { AggregateRoot, EventPublisher, EventsHandler } from '@nestjs/cqrs';
import type { Decision } from '#shared-kernel/messaging/event-log.js';
import { Reaction } from '#shared-kernel/messaging/reaction.js';
import { absent } from '#shared-kernel/persistence/statement.js';
import { newFolder, startOurs, startPlain, turn, until } from './cqrs-programs.js';
import { happened, statement, ThingHappened } from './messaging-kernel.js';

/*
 * What @nestjs/cqrs 12 loses between publishing and handling, each beside what we do. A test of
 * `@nestjs/cqrs alone` that turns red means that the package was mended: then ask what of ours is
 * still needed.
 */

type Thing = InstanceType<typeof ThingHappened>;

class PlainThing {
  constructor(readonly n: number) {}
}

/** What both kinds of handlers do with the number of an event. */
type Work = (n: number) => Promise<void>;

function reaction(work: Work, independent = true): Type {
  @Injectable()
  @EventsHandler(ThingHappened)
  @Reaction({ id: 'test.work-when-thing-happened', start: 'first', independent })
  class WorkWhenThingHappened {
    async handle({ data }: Thing): Promise<Decision> {
      await work(data.n);
      return {};
    }
  }
  return WorkWhenThingHappened;
}

function plainHandler(work: Work): Type {
  @EventsHandler(PlainThing)
  class WorksOnPlainThing {
    handle = ({ n }: PlainThing) => work(n);
  }
  return WorksOnPlainThing;
}

/** Work that counts what runs at once. */
function countedWork() {
  const counted = { started: 0, finished: 0, atOnceMax: 0 };
  const work = async () => {
    counted.started++;
    counted.atOnceMax = Math.max(counted.atOnceMax, counted.started - counted.finished);
    await turn();
    counted.finished++;
  };
  return { counted, work };
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const many = 5_000;

describe('publishing', () => {
  let folder: ReturnType<typeof newFolder>;
  let programs: { close(): Promise<void> }[];
  const ours = async (...providers: Type[]) => {
    const program = await startOurs(folder.path, { providers });
    programs.push(program);
    return program;
  };
  const plain = async (...providers: Type[]) => {
    const program = await startPlain({ providers });
    programs.push(program);
    return program;
  };

  beforeEach(() => {
    folder = newFolder();
    programs = [];
  });
  afterEach(async () => {
    for (const program of programs) await program.close();
    folder.remove();
  });

  describe('C1: can be awaited', () => {
    it('resolves once the event is stored, and rejects when it could not be', async () => {
      const { events, rows } = await ours();
      const event = { ...happened(1), id: 'evt_1' };
      await events.publish(event);
      expect(await rows('SELECT id FROM event_log')).toEqual([{ id: 'evt_1' }]);
      await expect(events.publish(event)).rejects.toMatchObject({ code: 'storage.conflict' });
    });

    it('@nestjs/cqrs alone answers nothing, and nobody knows when it is done', async () => {
      const { counted, work } = countedWork();
      const { events } = await plain(plainHandler(work));
      const answer: unknown = events.publish(new PlainThing(1));
      expect(answer).toBeUndefined();
      await answer;
      expect(counted).toMatchObject({ started: 1, finished: 0 });
    });
  });

  describe('C2: keeps the order', () => {
    const backwards = async (publish: (work: Work) => Promise<void>) => {
      const done: number[] = [];
      await publish(async (n) => {
        await turn(3 * (5 - n));
        done.push(n);
      });
      await until(() => done.length === 5);
      return done;
    };

    it('handles events of one key as they were published, however long each takes', async () => {
      const done = await backwards(async (work) => {
        const { events } = await ours(reaction(work, false));
        await events.publishAll(numbers(5).map((n) => happened(n)));
      });
      expect(done).toEqual([0, 1, 2, 3, 4]);
    });

    it('@nestjs/cqrs alone ends them in any order', async () => {
      const done = await backwards(async (work) => {
        const { events } = await plain(plainHandler(work));
        for (const n of numbers(5)) events.publish(new PlainThing(n));
      });
      expect(done).toEqual([4, 3, 2, 1, 0]);
    });
  });

  describe('C3: bounds what runs at once', () => {
    it(`never runs more than one batch of ${many} published events`, async () => {
      const { counted, work } = countedWork();
      const { events } = await ours(reaction(work));
      await events.publishAll(numbers(many).map((n) => happened(n, `key ${n}`)));
      await until(() => counted.finished === many);
      expect(counted.atOnceMax).toBeGreaterThan(1);
      expect(counted.atOnceMax).toBeLessThanOrEqual(250);
    });

    it(`@nestjs/cqrs alone runs all ${many} at once`, async () => {
      const { counted, work } = countedWork();
      const { events } = await plain(plainHandler(work));
      events.publishAll(numbers(many).map((n) => new PlainThing(n)));
      await until(() => counted.finished === many);
      expect(counted.atOnceMax).toBe(many);
    });
  });

  describe('C4: ends in order', () => {
    it('ends what it began before it closes, and the next start handles the rest', async () => {
      const { counted, work } = countedWork();
      const { events, module } = await ours(reaction(work));
      await events.publishAll(numbers(many).map((n) => happened(n, `key ${n}`)));
      await until(() => counted.started > 0);
      await module.close();
      expect(counted.finished).toBe(counted.started);
      expect(counted.started).toBeLessThan(many);
      programs = [];
      await ours(reaction(work));
      await until(() => counted.finished === many);
    });

    it(`@nestjs/cqrs alone closes on ${many} handlers that have begun and not ended`, async () => {
      let started = 0;
      let finished = 0;
      const { promise: released, resolve: release } = Promise.withResolvers<undefined>();
      const { events, module } = await plain(
        plainHandler(async () => {
          started++;
          await released;
          finished++;
        }),
      );
      events.publishAll(numbers(many).map((n) => new PlainThing(n)));
      await module.close();
      expect({ started, finished }).toEqual({ started: many, finished: 0 });
      release(undefined);
    });
  });

  describe('C10: loses no event that nobody handles', () => {
    it('stores it for who comes later, and refuses an object that is no event', async () => {
      const first = await ours();
      await first.events.publish(happened(7));
      const stray = { n: 1, secret: 'do not show' };
      await expect(first.events.publish(stray)).rejects.toThrow(
        'an object with the fields [n, secret] is not an event',
      );
      expect(await first.rows('SELECT name FROM event_log')).toEqual([
        { name: 'things.thing-happened' },
      ]);
      await first.close();
      programs = [];
      const handled: number[] = [];
      await ours(reaction(async (n) => void handled.push(n)));
      await until(() => handled.length === 1);
      expect(handled).toEqual([7]);
    });

    it('@nestjs/cqrs alone drops it, and a deserialised one, without a word', async () => {
      const handled: number[] = [];
      class NobodyHandles {
        readonly n = 1;
      }
      const { events, lines } = await plain(plainHandler(async (n) => void handled.push(n)));
      events.publish(new NobodyHandles());
      events.publish(JSON.parse(JSON.stringify(new PlainThing(2))) as PlainThing);
      events.publish(new PlainThing(3));
      await until(() => handled.length > 0);
      expect(handled).toEqual([3]);
      expect(lines).toEqual([]);
    });
  });

  describe('C14: is one with the rows', () => {
    const row = absent(statement("INSERT INTO thing (id) VALUES ('taken')"), 'thing-is-new');
    const table = {
      statement: statement('CREATE TABLE thing (id TEXT PRIMARY KEY)'),
      expect: 'any' as const,
    };

    it('lands with them or not at all', async () => {
      const { log, rows } = await ours();
      await log.commit({ writes: [table] });
      await log.commit({ writes: [row], events: [happened(1)] });
      await expect(log.commit({ writes: [row], events: [happened(2)] })).rejects.toMatchObject({
        code: 'storage.conflict',
      });
      expect(await rows('SELECT data FROM event_log')).toEqual([{ data: '{"key":"a","n":1}' }]);
    });

    it('@nestjs/cqrs alone tells of what the database then refuses', async () => {
      const handled: number[] = [];
      const { module } = await plain(plainHandler(async (n) => void handled.push(n)));
      const { log } = await ours();
      await log.commit({ writes: [table, row] });
      class Order extends AggregateRoot {}
      const order = module.get(EventPublisher).mergeObjectContext(new Order());
      order.apply(new PlainThing(1));
      order.commit();
      await expect(log.commit({ writes: [row] })).rejects.toThrow('thing-is-new');
      await until(() => handled.length > 0);
      expect(handled).toEqual([1]);
    });
  });
});
