import type { INestApplicationContext, Type } from '@nestjs/common';
import { CommandBus, EventBus } from '@nestjs/cqrs';
import { waitFor } from '../support/wait-for.ts';
import { ourCommand, ourEvent, plainCommand, plainEvent } from './bench-messages.ts';
import { startOurs, startPlain } from './bus-programs.ts';
import { type Contender, measureInTurns } from './repetitions.ts';
import { openTemporarySqlite } from './temporary-store.ts';

const handlerCounts = [1, 10, 100, 1_000];
const rounds = 5;
const commandTimes = 20_000;
const publishTimes = 5_000;
/** Events that are published at once, as many requests would; they share an fsync. */
const publishers = 100;
/** What the cost with 1,000 handlers may be of that with one, for noise. */
const flatRatioMax = 1.5;

/** Main thread's CPU for one message with so many handlers in the program, in microseconds. */
interface Row {
  readonly handlers: number;
  readonly command: number;
  readonly plainCommand: number;
  readonly publish: number;
  readonly plainPublish: number;
}

/**
 * What one more handler costs those who do not use it: dispatch of a command, and an event from
 * publish to the end of its reaction, with 1 to 1,000 handlers, each for a message of its own.
 */
export async function benchDispatch(): Promise<void> {
  const rows: Row[] = [];
  for (const handlers of handlerCounts) rows.push(await measureWith(handlers));
  const cells = (values: readonly (string | number)[]) =>
    values.map((value) => String(value).padStart(13)).join('');
  console.log(cells(['µs CPU', 'command', '@nestjs/cqrs', 'event', '@nestjs/cqrs']));
  for (const { handlers, command, plainCommand, publish, plainPublish } of rows) {
    const costs = [command, plainCommand, publish, plainPublish].map((us) => us.toFixed(2));
    console.log(cells([`${handlers} handlers`, ...costs]));
  }
  const growth = (name: keyof Row) => (rows.at(-1)?.[name] ?? 0) / (rows[0]?.[name] ?? 1);
  const times = (name: keyof Row) => growth(name).toFixed(2);
  console.log(
    `1,000 over 1: command ${times('command')}, event ${times('publish')} (goal <= ` +
      `${flatRatioMax}); @nestjs/cqrs ${times('plainCommand')} and ${times('plainPublish')}`,
  );
  if (growth('command') > flatRatioMax || growth('publish') > flatRatioMax) process.exitCode = 1;
}

async function measureWith(handlers: number): Promise<Row> {
  const { store, close } = await openTemporarySqlite();
  const indexes = Array.from({ length: handlers }, (_, index) => index);
  let handled = 0;
  const told = () => {
    handled++;
  };
  const commands = indexes.map(ourCommand);
  const events = indexes.map((index) => ourEvent(index, { told, independent: true }));
  const plainCommands = indexes.map(plainCommand);
  const plainEvents = indexes.map(plainEvent);
  const ours = await startOurs({ store, providers: [...commands, ...events].map(handlerOf) });
  const plain = await startPlain([...plainCommands, ...plainEvents].map(handlerOf));
  const dispatches = await measureInTurns(
    [dispatching('ours', ours, commands), dispatching('plain', plain, plainCommands)],
    { rounds, times: commandTimes },
  );
  const publishes = await measureInTurns(
    [publishing('ours', ours, events, () => handled), publishing('plain', plain, plainEvents)],
    { rounds, times: publishTimes },
  );
  for (const part of [ours, plain, { close }]) await part.close();
  return {
    handlers,
    command: dispatches.get('ours')?.threadUs ?? 0,
    plainCommand: dispatches.get('plain')?.threadUs ?? 0,
    publish: publishes.get('ours')?.threadUs ?? 0,
    plainPublish: publishes.get('plain')?.threadUs ?? 0,
  };
}

function handlerOf({ handler }: { readonly handler: Type }): Type {
  return handler;
}

function dispatching(
  name: string,
  program: INestApplicationContext,
  [command]: readonly { make: () => object }[],
): Contender {
  const bus = program.get(CommandBus);
  return {
    name,
    async run(times) {
      for (let index = 0; index < times; index++) await bus.execute(command?.make() ?? {});
    },
  };
}

/** @param handled how many events were handled so far; what that costs belongs to the event */
function publishing(
  name: string,
  program: INestApplicationContext,
  [event]: readonly { make: (n: number) => object }[],
  handled?: () => number,
): Contender {
  const bus = program.get(EventBus);
  return {
    name,
    async run(times) {
      const expected = (handled?.() ?? 0) + times;
      for (let done = 0; done < times; done += publishers) {
        const some = Array.from({ length: publishers }, (_, index) => done + index);
        await Promise.all(some.map((n): unknown => bus.publish(event?.make(n) ?? {})));
      }
      if (handled !== undefined) await waitFor('all reactions', () => handled() === expected);
    },
  };
}
