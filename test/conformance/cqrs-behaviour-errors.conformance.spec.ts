import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Injectable, type Type } from '@nestjs/common';
import {
  CommandHandler,
  EventsHandler,
  type ICommandHandler,
  ofType,
  Saga,
  UnhandledExceptionBus,
} from '@nestjs/cqrs';
import { map, type Observable } from 'rxjs';
import type { Decision } from '#shared-kernel/messaging/event-log.js';
import { Reaction } from '#shared-kernel/messaging/reaction.js';
import { newFolder, startOurs, startPlain, until } from './cqrs-programs.js';
import { happened, ThingHappened, ThingNoticed } from './messaging-kernel.js';
import type { PlainFindings } from './plain-cqrs-process.ts';

/* What an error does to those who come after it; `@nestjs/cqrs alone` stands beside it. */

type Thing = InstanceType<typeof ThingHappened>;

/** Notices every thing, which is a step of a process; fails for those that are told. */
function notices(failsFor: Set<number>): Type {
  @Injectable()
  @EventsHandler(ThingHappened)
  @Reaction({ id: 'test.notice-when-thing-happened', start: 'first' })
  class NoticeWhenThingHappened {
    handle({ data }: Thing): Decision {
      if (failsFor.has(data.n)) throw new Error(`${data.n} is not to be`);
      return { events: [ThingNoticed.of({ tenant: 'default', data })] };
    }
  }
  return NoticeWhenThingHappened;
}

const noticed =
  "SELECT json_extract(data, '$.n') AS n FROM event_log WHERE name = 'things.thing-noticed'";

/** What @nestjs/cqrs alone does in a process of its own. */
async function plainProcess(name: string): Promise<PlainFindings> {
  const file = fileURLToPath(new URL('plain-cqrs-process.ts', import.meta.url));
  const options = ['--disable-warning=ExperimentalWarning', file, name];
  const { stdout } = await promisify(execFile)(process.execPath, options);
  return JSON.parse(stdout) as PlainFindings;
}

describe('errors', () => {
  let folder: ReturnType<typeof newFolder>;
  let program: Awaited<ReturnType<typeof startOurs>>;
  const start = async (...providers: Type[]) => {
    program = await startOurs(folder.path, { providers });
    return program;
  };
  const noticedAre = async (expected: readonly number[]) => {
    const numbers = async () => (await program.rows<{ n: number }>(noticed)).map(({ n }) => n);
    await until(async () => (await numbers()).length >= expected.length);
    expect((await numbers()).sort()).toEqual(expected);
  };

  beforeEach(() => {
    folder = newFolder();
  });
  afterEach(() => folder.remove());

  describe('C5: of a handler', () => {
    it('are logged under the name of the reaction, and the event is kept for another try', async () => {
      const { events, lines, rows, close } = await start(notices(new Set([1])));
      await events.publish(happened(1));
      const parked = 'SELECT reaction_id, state, error_message FROM parked_event';
      await until(async () => (await rows(parked)).length === 1);
      expect(await rows(parked)).toEqual([
        {
          reaction_id: 'test.notice-when-thing-happened',
          state: 'parked',
          error_message: '1 is not to be',
        },
      ]);
      expect(lines[0]).toMatchObject({
        'log.level': 'error',
        'event.action': 'test.notice-when-thing-happened',
        'error.message': '1 is not to be',
        'labels.event_id': expect.stringMatching(/^evt_/) as string,
        'trace.id': expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      });
      await close();
    });

    it('@nestjs/cqrs alone logs a name that is none, and drops the event', async () => {
      @EventsHandler(Plain)
      class NoticesPlain {
        handle({ n }: Plain): void {
          throw new Error(`${n} is not to be`);
        }
      }
      const { events, lines, close } = await startPlain({ providers: [NoticesPlain] });
      events.publish(new Plain(1));
      await until(() => lines.length > 0);
      expect(lines[0]).toBe('"InstanceWrapper" has thrown an unhandled exception.');
      await close();
    });
  });

  describe('C6: of a process step', () => {
    it('stop neither the later steps nor, once mended, the step itself', async () => {
      const failsFor = new Set([2]);
      const { log, close } = await start(notices(failsFor));
      for (const n of [1, 2, 3, 4]) await log.commit({ events: [happened(n, `key ${n}`)] });
      await noticedAre([1, 3, 4]);
      failsFor.clear();
      await noticedAre([1, 2, 3, 4]);
      await close();
    });

    it('are over for ever with a saga of @nestjs/cqrs alone', async () => {
      const done: number[] = [];
      class DoPlain extends Plain {}
      class Sagas {
        @Saga()
        step = (events: Observable<object>) =>
          events.pipe(
            ofType(Plain),
            map(({ n }) => {
              if (n === 2) throw new Error('2 is not to be');
              return new DoPlain(n);
            }),
          );
      }
      @CommandHandler(DoPlain)
      class DoesPlain implements ICommandHandler<DoPlain> {
        async execute({ n }: DoPlain): Promise<void> {
          done.push(n);
        }
      }
      const { events, lines, close } = await startPlain({ providers: [Sagas, DoesPlain] });
      for (const n of [1, 2, 3, 4]) events.publish(new Plain(n));
      await until(() => lines.length > 0);
      expect(done).toEqual([1]);
      await close();
    });

    it('cannot come from a saga with us, which is refused at the start', async () => {
      class Sagas {
        @Saga()
        step = (events: Observable<unknown>) => events;
      }
      await expect(start(Sagas)).rejects.toThrow('Sagas.step is a @Saga, which would never run');
    });
  });

  describe('C7: of who publishes what is no event', () => {
    it('go to the publisher, and the next event is handled', async () => {
      const { events, rows, lines, close } = await start(notices(new Set()));
      for (const odd of [null, undefined, 42, Object.create(null) as object]) {
        await expect(events.publish(odd as object)).rejects.toThrow('is not an event');
      }
      await events.publish(happened(1));
      await noticedAre([1]);
      expect(await rows('SELECT id FROM event_log')).toHaveLength(2);
      expect(lines).toEqual([]);
      await close();
    });

    it('@nestjs/cqrs alone ends every handler, and the process unless it catches all', async () => {
      const { handled, uncaught } = await plainProcess('odd-event');
      expect(handled).toEqual([]);
      expect(uncaught[0]).toContain('constructor');
    });
  });

  describe('C8: that shall not be swallowed', () => {
    it('are loud and harm no later event', async () => {
      const { log, lines, close } = await start(notices(new Set([1])));
      for (const n of [1, 2, 3]) await log.commit({ events: [happened(n, `key ${n}`)] });
      await noticedAre([2, 3]);
      expect(lines[0]).toMatchObject({ 'log.level': 'error', 'error.message': '1 is not to be' });
      await close();
    });

    it('@nestjs/cqrs alone then ends the handler and throws at the process', async () => {
      expect(await plainProcess('rethrow-unhandled')).toEqual({
        handled: [],
        uncaught: ['-1 is negative'],
      });
    });
  });

  describe('C9: of who listens for errors', () => {
    it('cannot happen, since errors go to the log and to the store', async () => {
      const { module, log, rows, close } = await start(notices(new Set([1])));
      let told = 0;
      module.get(UnhandledExceptionBus).subscribe(() => {
        told++;
        throw new Error('the subscriber failed');
      });
      for (const n of [1, 2]) await log.commit({ events: [happened(n, `key ${n}`)] });
      await noticedAre([2]);
      expect(await rows('SELECT state FROM parked_event')).toEqual([{ state: 'parked' }]);
      expect(told).toBe(0);
      await close();
    });

    it('@nestjs/cqrs alone throws them at the process', async () => {
      expect((await plainProcess('throwing-subscriber')).uncaught).toEqual([
        'the subscriber failed',
      ]);
    });
  });
});

class Plain {
  constructor(readonly n: number) {}
}
