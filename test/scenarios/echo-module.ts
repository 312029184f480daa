import { type DynamicModule, Inject, Injectable, Module } from '@nestjs/common';
import { EventsHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineEvent } from '#shared-kernel/contracts/event-contract.js';
import type { Decision } from '#shared-kernel/messaging/event-log.js';
import { Reaction, type ReactsTo } from '#shared-kernel/messaging/reaction.js';

const said = {
  summary: 'Somebody said something.',
  schema: z.strictObject({ key: z.string(), n: z.int() }),
  key: ({ key }: { readonly key: string }) => key,
  examples: [{ key: 'a', n: 1 }],
  since: '0.1.0',
};

/** What the module reacts to: events of one key stay in order. */
export class Said extends defineEvent({ ...said, name: 'echo.said', version: 1 }) {}

/** A version of the same event that the module does not know. */
export class SaidLater extends defineEvent({ ...said, name: 'echo.said', version: 2 }) {}

/** What it appends. */
export class Echoed extends defineEvent({ ...said, name: 'echo.echoed', version: 1 }) {}

export const say = (n: number, key = 'a') => Said.of({ tenant: 'default', data: { key, n } });

export const echo = ({ data: { key, n } }: Said): Decision => ({
  events: [Echoed.of({ tenant: 'default', data: { key, n } })],
});

type Decide = (event: Said) => Decision | Promise<Decision>;

const decision = Symbol('what the reaction of the test decides');

export const echoReaction = 'echo.answer-when-said';

@Injectable()
@Reaction({ id: echoReaction, start: 'first' })
@EventsHandler(Said)
class AnswerWhenSaid implements ReactsTo<Said> {
  constructor(@Inject(decision) private readonly decide: Decide) {}

  handle(event: Said) {
    return this.decide(event);
  }
}

@Module({})
class EchoModule {}

/** A module with one reaction, which decides what the test says. */
export function echoModule(decide: Decide = echo): DynamicModule {
  return {
    module: EchoModule,
    providers: [AnswerWhenSaid, { provide: decision, useValue: decide }],
  };
}
