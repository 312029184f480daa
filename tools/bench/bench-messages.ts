import type { Type } from '@nestjs/common';
import { CommandHandler, EventsHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineEvent, type EventClass } from '#shared-kernel/contracts/event-contract.js';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Reaction } from '#shared-kernel/messaging/reaction.js';

/** A command of the bench, with the class of its handler. */
export interface BenchCommand {
  readonly handler: Type<{ execute(command: unknown): Promise<void> }>;
  /** A new command, as a caller makes it. */
  readonly make: () => object;
}

/** An event with the class of what handles it. */
export interface BenchEvent {
  readonly handler: Type;
  /** What a caller publishes. */
  readonly make: (n: number) => object;
}

const noop = () => Promise.resolve();

/** A command of ours that does nothing; its contract is checked in and out. */
export function ourCommand(index: number): BenchCommand {
  class DoNothing extends defineCommand({
    name: `bench.do-nothing-${index}`,
    input: z.object({ id: z.string(), count: z.number() }),
    result: z.void(),
  }) {}
  const handler = commandHandler();
  CommandHandler(DoNothing)(handler);
  return { handler, make: () => new DoNothing({ id: 'bench', count: 1 }) };
}

/** The same with @nestjs/cqrs alone. */
export function plainCommand(): BenchCommand {
  class DoNothing {
    readonly input = { id: 'bench', count: 1 };
  }
  const handler = commandHandler();
  CommandHandler(DoNothing)(handler);
  return { handler, make: () => new DoNothing() };
}

/** An event of ours and a reaction that decides nothing. */
export function ourEvent(index: number, options: OurEventOptions = {}): BenchEvent {
  const { independent = false, keys = 1_000, told = () => undefined } = options;
  class Happened extends defineEvent({
    name: `bench.happened-${index}`,
    version: 1,
    summary: 'Something happened.',
    key: ({ n }) => String(n % keys),
    schema: z.object({ n: z.number() }),
    examples: [{ n: 1 }],
    since: '0.1.0',
  }) {}
  class Reacts {
    handle({ data }: InstanceType<typeof Happened>) {
      told(data.n);
      return {};
    }
  }
  EventsHandler(Happened as EventClass)(Reacts);
  Reaction({ id: `bench.react-${index}`, start: 'first', independent })(Reacts);
  return { handler: Reacts, make: (n) => Happened.of({ tenant: 'default', data: { n } }) };
}

interface OurEventOptions {
  readonly independent?: boolean;
  /** Different keys, between which the numbers of events go round. */
  readonly keys?: number;
  /** Told of each event at the start of its reaction. */
  readonly told?: (n: number) => unknown;
}

/** The same with @nestjs/cqrs alone. */
export function plainEvent(): BenchEvent {
  class Happened {
    readonly n: number;

    constructor(n: number) {
      this.n = n;
    }
  }
  class Handles {
    readonly handle = () => undefined;
  }
  EventsHandler(Happened)(Handles);
  return { handler: Handles, make: (n) => new Happened(n) };
}

function commandHandler(): BenchCommand['handler'] {
  return class Handles {
    readonly execute = noop;
  };
}
