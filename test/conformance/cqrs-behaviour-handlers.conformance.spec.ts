import { Injectable, Module, type Type } from '@nestjs/common';
import {
  AsyncContext,
  CommandHandler,
  CqrsModule,
  EventBus,
  EventsHandler,
  type EventIdProvider,
  type ICommandHandler,
} from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { type Decision, EventLog } from '#shared-kernel/messaging/event-log.js';
import { Reaction } from '#shared-kernel/messaging/reaction.js';
import { currentContext, runInContext } from '#shared-kernel/observability/message-context.js';
import { newRootContext } from '#shared-kernel/observability/tracer.js';
import { newFolder, startOurs, startPlain, turn, until } from './cqrs-programs.js';
import { happened, ThingHappened } from './messaging-kernel.js';

/* Who handles what, under which name, with what around it; `@nestjs/cqrs alone` stands beside it. */

type Thing = InstanceType<typeof ThingHappened>;

class PlainThing {
  constructor(readonly n: number) {}
}

class Happen extends defineCommand({
  name: 'test.happen',
  input: z.object({ n: z.number() }),
  result: z.void(),
}) {}

function reaction(id: string, handle: (event: Thing) => unknown, named = 'HandlesThing'): Type {
  @Injectable()
  @EventsHandler(ThingHappened)
  @Reaction({ id, start: 'first' })
  class HandlesThing {
    handle(event: Thing): Decision {
      handle(event);
      return {};
    }
  }
  Object.defineProperty(HandlesThing, 'name', { value: named });
  return HandlesThing;
}

function plainHandler(handle: (event: PlainThing) => void): Type {
  @EventsHandler(PlainThing)
  class HandlesThing {
    readonly handle = handle;
  }
  return HandlesThing;
}

function plainCommandHandler(answer: string): Type {
  @CommandHandler(PlainThing)
  class HandlesCommand implements ICommandHandler<PlainThing> {
    async execute(): Promise<string> {
      return answer;
    }
  }
  return HandlesCommand;
}

describe('handlers', () => {
  let folder: ReturnType<typeof newFolder>;
  let programs: { close(): Promise<void> }[];
  const ours = async (parts: Parameters<typeof startOurs>[1]) => {
    const program = await startOurs(folder.path, parts);
    programs.push(program);
    return program;
  };
  const plain = async (...parts: Parameters<typeof startPlain>) => {
    const program = await startPlain(...parts);
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

  describe('C11: have names that last', () => {
    it('stores events under name, version and id, and knows a renamed class again', async () => {
      const handled: number[] = [];
      const handle = ({ data }: Thing) => void handled.push(data.n);
      const first = await ours({ providers: [reaction('test.lasting', handle, 'OldName')] });
      await first.events.publish(happened(1));
      await until(() => handled.length === 1);
      expect(await first.rows('SELECT name, version, id FROM event_log')).toEqual([
        { name: 'things.thing-happened', version: 1, id: expect.stringMatching(/^evt_/) as string },
      ]);
      await first.close();
      programs = [];
      const second = await ours({ providers: [reaction('test.lasting', handle, 'NewName')] });
      await second.events.publish(happened(2));
      await until(() => handled.length === 2);
      expect(handled).toEqual([1, 2]);
    });

    it('@nestjs/cqrs alone knows a class by a number that it draws at each start', () => {
      const idOf = (thing: object) =>
        (Reflect.getMetadata('__event__', thing) as { id: string } | undefined)?.id;
      const classes = [1, 2].map(() => {
        class SameName extends PlainThing {}
        plainEventHandlerOf(SameName);
        return SameName;
      });
      const [one, other] = classes.map(idOf);
      expect(one).toMatch(/^[0-9a-f-]{36}$/);
      expect(one).not.toBe(other);
    });
  });

  describe('C12: are one for each command', () => {
    const handler = () => {
      @CommandHandler(Happen)
      class Handles implements ICommandHandler<Happen> {
        async execute(): Promise<void> {}
      }
      return Handles;
    };

    it('refuses the start when there are two', async () => {
      await expect(ours({ providers: [handler(), handler()] })).rejects.toThrow(
        'test.happen has two handlers',
      );
    });

    it('@nestjs/cqrs alone warns, and the last one wins', async () => {
      const handlers = [plainCommandHandler('first'), plainCommandHandler('second')];
      const { commands, lines } = await plain({ providers: handlers });
      expect(await commands.execute(new PlainThing(1))).toBe('second');
      expect(lines[0]).toContain('is already registered');
    });
  });

  describe('C13: cost a publisher the same, however many there are', () => {
    /** Counts how many handlers are asked whether an event is theirs. */
    const countedIds = () => {
      const counted = { asked: 0 };
      const eventIdProvider: EventIdProvider = {
        getEventId(event) {
          counted.asked++;
          return event.name;
        },
      };
      return { counted, eventIdProvider };
    };
    const hundred = Array.from({ length: 100 }, (_, index) => index);

    it('asks none of a hundred reactions before the event is stored', async () => {
      let handled = 0;
      const providers = hundred.map((index) => reaction(`test.${index}`, () => handled++));
      const { events, rows, module } = await ours({ providers });
      const { counted, eventIdProvider } = countedIds();
      Object.assign(module.get(EventBus), { eventIdProvider });
      await events.publish(happened(1));
      expect(counted.asked).toBe(0);
      expect(await rows('SELECT id FROM event_log')).toHaveLength(1);
      await until(() => handled === hundred.length);
    });

    it('@nestjs/cqrs alone asks every one of them at every event', async () => {
      const { counted, eventIdProvider } = countedIds();
      const providers = hundred.map(() => plainHandler(() => undefined));
      const { events } = await plain({ providers }, { eventIdProvider });
      counted.asked = 0;
      events.publish(new PlainThing(1));
      expect(counted.asked).toBe(hundred.length);
    });
  });

  describe('C15: know where a message comes from', () => {
    it('have trace, correlation, cause and tenant without passing them on', async () => {
      @CommandHandler(Happen)
      class Happens implements ICommandHandler<Happen> {
        constructor(private readonly log: EventLog) {}

        async execute({ input: { n } }: Happen): Promise<void> {
          await turn();
          await this.log.commit({ events: [{ ...happened(n), tenant: 'acme' }] });
        }
      }
      const seen: { context: ReturnType<typeof currentContext>; record: Thing['record'] }[] = [];
      const handle = ({ record }: Thing) => void seen.push({ context: currentContext(), record });
      const { commands } = await ours({ providers: [Happens, reaction('test.seen', handle)] });
      const root = { ...newRootContext(), correlationId: 'the order of Ada' };
      await runInContext(root, () => commands.execute(new Happen({ n: 1 })));
      await until(() => seen.length > 0);
      const [{ context, record } = { context: undefined, record: undefined }] = seen;
      expect(record?.tenant).toBe('acme');
      expect(context).toMatchObject({
        traceId: root.traceId,
        correlationId: 'the order of Ada',
        causationId: record?.id,
        hops: 1,
      });
    });

    it('@nestjs/cqrs alone gives an event only what is passed by hand', async () => {
      const contexts: unknown[] = [];
      const late: { events?: EventBus } = {};
      @CommandHandler(PlainThing)
      class Handles implements ICommandHandler<PlainThing> {
        async execute({ n }: PlainThing): Promise<void> {
          late.events?.publish(new PlainThing(n));
        }
      }
      const providers = [
        Handles,
        plainHandler((event) => void contexts.push(AsyncContext.of(event))),
      ];
      const { commands, events } = await plain({ providers });
      late.events = events;
      await commands.execute(new PlainThing(1), new AsyncContext());
      await until(() => contexts.length > 0);
      expect(contexts).toEqual([undefined]);
    });
  });

  describe('C16: run once, however often the buses are imported', () => {
    /** A module that imports the buses itself, and tells which one it was given. */
    const feature = (given: EventBus[], ...providers: Type[]) => {
      @Module({ imports: [CqrsModule], providers })
      class Feature {
        constructor(events: EventBus) {
          given.push(events);
        }
      }
      return Feature;
    };

    it('runs each of two reactions whose classes have one name, whoever publishes', async () => {
      const handled: string[] = [];
      const buses: EventBus[] = [];
      const imports = ['one', 'two'].map((id) =>
        feature(
          buses,
          reaction(`test.${id}`, ({ data }) => void handled.push(`${id} ${data.n}`)),
        ),
      );
      const { events } = await ours({ imports });
      await events.publish(happened(1));
      await buses[0]?.publish(happened(2));
      await buses[1]?.publish(happened(3));
      await until(() => handled.length >= 6);
      expect(handled.sort()).toEqual(['one 1', 'one 2', 'one 3', 'two 1', 'two 2', 'two 3']);
    });

    it('refuses a second event bus, which would publish past the log', async () => {
      @Module({ imports: [CqrsModule.forRoot()] })
      class Feature {}
      await expect(ours({ imports: [Feature] })).rejects.toThrow(
        'an event bus in CqrsModule publishes past the event log',
      );
    });

    it('@nestjs/cqrs alone has as many buses as imports, deaf to each other', async () => {
      const handled: number[] = [];
      const buses: EventBus[] = [];
      @Injectable()
      class OfRoot {
        constructor(events: EventBus) {
          buses.push(events);
        }
      }
      const handler = plainHandler(({ n }) => void handled.push(n));
      await plain({ imports: [feature(buses)], providers: [OfRoot, handler] });
      const [one, other] = buses;
      expect(one).not.toBe(other);
      const heard: unknown[] = [];
      one?.subscribe((event) => void heard.push(event));
      other?.publish(new PlainThing(1));
      expect(handled).toEqual([1]);
      expect(heard).toEqual([]);
    });
  });
});

function plainEventHandlerOf(event: Type): void {
  class Handles {
    readonly handle = () => undefined;
  }
  EventsHandler(event)(Handles);
}
