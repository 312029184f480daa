import type { DynamicModule, Type } from '@nestjs/common';
import { CommandHandler, type ICommand, type IQuery, QueryHandler } from '@nestjs/cqrs';
import type { z } from 'zod';
import type { MessageClass } from '#shared-kernel/contracts/message-contract.js';
import { commandHandlerKey, queryHandlerKey } from '#shared-kernel/messaging/cqrs-metadata.js';
import { findContracts } from '../../../tools/reference/find-contracts.ts';
import { exampleOf } from './schema-example.ts';

/** A module as it stands in `imports`. */
export type ModuleLike = Type | DynamicModule;

/** What a neighbour answers in a scenario; it may throw, as the neighbour may. */
export interface Answering {
  readonly name: string;
  readonly answer: (input: unknown) => unknown;
}

/** Lets a neighbour answer in its own way: a value, or a function of the input. */
export function answers<Input extends z.ZodType, Result extends z.ZodType>(
  message: {
    readonly contract: { readonly name: string; readonly input: Input; readonly result: Result };
  },
  answer: z.output<Result> | ((input: z.output<Input>) => z.output<Result>),
): Answering {
  return {
    name: message.contract.name,
    answer: typeof answer === 'function' ? (answer as Answering['answer']) : () => answer,
  };
}

/** A message that the module sent to a neighbour. */
export interface SentMessage {
  readonly name: string;
  readonly input: unknown;
}

/**
 * A handler for every contract of the modules that are not there. The pipeline holds what they are
 * asked and what they answer to the contract, as it does with real handlers.
 *
 * @param sent what the stubs were asked is written down here
 */
export async function contractStubs(
  present: readonly ModuleLike[],
  answering: readonly Answering[],
  sent: SentMessage[],
): Promise<Type[]> {
  const handled = new Set(present.flatMap(handledBy));
  const neighbours = (await messageClasses()).filter(({ contract }) => !handled.has(contract.name));
  const known = new Set(neighbours.map(({ contract }) => contract.name));
  for (const { name } of answering) {
    if (!known.has(name)) throw new Error(`${name} is no contract of a neighbour of this module`);
  }
  return neighbours.map((message) => {
    const own = answering.findLast(({ name }) => name === message.contract.name);
    return stubOf(message, own?.answer, sent);
  });
}

function stubOf(
  message: MessageClass,
  answer: Answering['answer'] | undefined,
  sent: SentMessage[],
): Type {
  const { kind, name, result } = message.contract;
  class ContractStub {
    async execute({ input }: { readonly input: unknown }): Promise<unknown> {
      sent.push({ name, input });
      return answer === undefined ? exampleOf(result, name) : answer(input);
    }
  }
  if (kind === 'command') CommandHandler(message as unknown as Type<ICommand>)(ContractStub);
  else QueryHandler(message as unknown as Type<IQuery>)(ContractStub);
  return ContractStub;
}

/** Every command and query that crosses a module's border. */
async function messageClasses(): Promise<MessageClass[]> {
  const files = new Set((await findContracts()).map(({ file }) => file));
  const modules = await Promise.all(
    [...files].map(
      (file) =>
        import(`#${file.replace(/\.ts$/, '.js')}`) as Promise<Readonly<Record<string, unknown>>>,
    ),
  );
  return modules.flatMap((module) => Object.values(module).filter(isMessageClass));
}

function isMessageClass(value: unknown): value is MessageClass {
  if (typeof value !== 'function') return false;
  const contract = (value as Partial<MessageClass>).contract as { kind?: string } | undefined;
  return contract?.kind === 'command' || contract?.kind === 'query';
}

/** Names of the messages that a module's own handlers take. */
function handledBy(module: ModuleLike): string[] {
  const isDynamic = 'module' in module;
  const type = isDynamic ? module.module : module;
  const declared = (Reflect.getMetadata('providers', type) ?? []) as readonly unknown[];
  const providers = [...declared, ...((isDynamic ? module.providers : undefined) ?? [])];
  return providers.flatMap((provider) => {
    if (typeof provider !== 'function') return [];
    const message = (Reflect.getMetadata(commandHandlerKey, provider) ??
      Reflect.getMetadata(queryHandlerKey, provider)) as MessageClass | undefined;
    return message === undefined ? [] : [message.contract.name];
  });
}
