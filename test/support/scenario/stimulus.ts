import type { Command, Query } from '@nestjs/cqrs';
import type { z } from 'zod';
import type { NewEvent } from '#shared-kernel/contracts/event-contract.js';
import type { MessageClass, MessageContract } from '#shared-kernel/contracts/message-contract.js';
import { newId } from '#shared-kernel/domain/ids.js';

/** What reaches a module: an event of a neighbour, or a command or query. */
export type Stimulus = NewEvent | Command<unknown> | Query<unknown>;

/** The part of a message's class that names it and types its answer. */
export interface Answered<Result extends z.ZodType = z.ZodType> {
  readonly contract: { readonly name: string; readonly result: Result };
}

/** What a step of a scenario may look at; its functions may be taken out of it. */
export interface Situation {
  readonly nowMs: number;
  /** What the last command or query of this class answered. */
  readonly resultOf: <Result extends z.ZodType>(message: Answered<Result>) => z.output<Result>;
  readonly read: <Result>(query: Query<Result>) => Promise<Result>;
}

/** A stimulus, or a function that makes some of what happened before. */
export type Step = Stimulus | ((situation: Situation) => Made | Promise<Made>);

type Made = Stimulus | readonly Stimulus[];

/** Whether it is an event, and no message. */
export function isEvent(stimulus: Stimulus): stimulus is NewEvent {
  return 'tenant' in stimulus && 'contract' in stimulus;
}

/** The contract of a command or query. */
export function contractOf(message: Command<unknown> | Query<unknown>): MessageContract {
  return (message.constructor as unknown as MessageClass).contract;
}

/**
 * Events with an id that is theirs from now on: one whose answer was lost is sent again as the same
 * event, as a message with the same content is.
 */
export function identified(stimulus: Stimulus, nowMs: number): Stimulus {
  return isEvent(stimulus) ? { ...stimulus, id: stimulus.id ?? newId('evt', nowMs) } : stimulus;
}

/** What arrives when the sender sends again: the same message, or the fact in a second event. */
export function duplicateOf(stimulus: Stimulus, nowMs: number): Stimulus {
  return isEvent(stimulus) ? { ...stimulus, id: newId('evt', nowMs) } : stimulus;
}
