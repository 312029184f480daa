/*
 * A program with @nestjs/cqrs alone, in a process of its own because the faults that it shows end
 * one: `node plain-cqrs-process.ts CASE` prints what it handled and what nobody caught, as JSON.
 */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import {
  CqrsModule,
  type CqrsModuleOptions,
  EventBus,
  EventsHandler,
  UnhandledExceptionBus,
} from '@nestjs/cqrs';

/** What one run shows. */
export interface PlainFindings {
  readonly handled: readonly number[];
  /** Messages of what reached the process as `uncaughtException`. */
  readonly uncaught: readonly string[];
}

class Thing {
  readonly n: number;

  constructor(n: number) {
    this.n = n;
  }
}

type Publish = (events: EventBus, unhandled: UnhandledExceptionBus) => void;

/** Each case publishes and says with which options the module runs. */
const cases: Readonly<Record<string, readonly [CqrsModuleOptions, Publish]>> = {
  'odd-event': [
    {},
    (events) => {
      events.publish(Object.create(null) as Thing);
      for (const n of [1, 2]) events.publish(new Thing(n));
    },
  ],
  'rethrow-unhandled': [
    { rethrowUnhandled: true },
    (events) => {
      for (const n of [-1, 2, 3]) events.publish(new Thing(n));
    },
  ],
  'throwing-subscriber': [
    {},
    (events, unhandled) => {
      unhandled.subscribe(() => {
        throw new Error('the subscriber failed');
      });
      events.publish(new Thing(-1));
    },
  ],
};

const handled: number[] = [];
const uncaught: string[] = [];

class Handles {
  handle({ n }: Thing): void {
    if (n < 0) throw new Error(`${n} is negative`);
    handled.push(n);
  }
}
EventsHandler(Thing)(Handles);

async function run(name: string): Promise<void> {
  const [options, publish] = cases[name] ?? [];
  if (options === undefined || publish === undefined) throw new Error(`there is no case ${name}`);
  const { providers = [], ...cqrs } = CqrsModule.forRoot(options);
  const root = { ...cqrs, providers: [...providers, Handles] };
  const program = await NestFactory.createApplicationContext(root, { logger: false });
  process.on('uncaughtException', (error) => uncaught.push(error.message));
  publish(program.get(EventBus), program.get(UnhandledExceptionBus));
  // RxJS reports what nobody caught in a timer of its own, before this one.
  await new Promise((resolve) => setTimeout(resolve, 50));
  process.stdout.write(JSON.stringify({ handled, uncaught } satisfies PlainFindings));
}

const name = process.argv[2];
if (name !== undefined) await run(name);
