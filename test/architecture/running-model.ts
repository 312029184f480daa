import { ModulesContainer } from '@nestjs/core';
import type { INestApplication, InjectionToken, Type } from '@nestjs/common';
import { dueWorkOptionsOf } from '#shared-kernel/messaging/due-work.js';
import {
  commandHandlerKey,
  eventsHandlerKey,
  queryHandlerKey,
} from '#shared-kernel/messaging/cqrs-metadata.js';
import { reactionOptionsOf } from '#shared-kernel/messaging/reaction.js';

type Wrapper =
  ReturnType<ModulesContainer['getById']> extends infer Module
    ? Module extends { providers: Map<InjectionToken, infer One> }
      ? One
      : never
    : never;

/** A module as Nest runs it; all by name, so that it can be held against the source. */
export interface RunningModule {
  readonly name: string;
  readonly isGlobal: boolean;
  readonly imports: readonly string[];
  readonly providers: readonly string[];
  readonly controllers: readonly string[];
  readonly exports: readonly string[];
}

/** A class that Nest constructed: what it was handed, and by which module that is provided. */
export interface RunningClass {
  readonly name: string;
  readonly module: string;
  readonly injects: readonly string[];
  readonly from: readonly string[];
}

/** A handler as its metadata says. */
export interface RunningHandler {
  readonly name: string;
  readonly kind: string;
  /** `kind name version` of the contracts that it handles. */
  readonly handles: readonly string[];
  readonly id: string;
  readonly effect: string;
}

interface ContractClass {
  readonly contract: { readonly kind: string; readonly name: string; readonly version?: number };
}

/** What Nest adds to every module by itself. */
const implicit = new Set(['ModuleRef', 'ApplicationConfig']);

/** The container of a running program: its modules, its classes and its handlers. */
export function readContainer(app: INestApplication) {
  const modules = [...app.get(ModulesContainer).values()];
  return {
    modules: modules.map((module): RunningModule => ({
      name: module.name,
      isGlobal: module.isGlobal,
      imports: [...module.imports].map(({ name }) => name).sort(),
      providers: [...module.providers.keys()]
        .map(nameOfToken)
        .filter((name) => name !== module.name && !implicit.has(name))
        .sort(),
      controllers: [...module.controllers.keys()].map(nameOfToken).sort(),
      exports: [...module.exports].map(nameOfToken).sort(),
    })),
    classes: modules.flatMap((module) =>
      [...module.providers.values(), ...module.controllers.values()].flatMap((wrapper) =>
        classOf(module.name, wrapper),
      ),
    ),
    handlers: modules.flatMap((module) =>
      [...module.providers.values()].flatMap(({ metatype }) =>
        typeof metatype === 'function' ? handlersOf(metatype as Type) : [],
      ),
    ),
  };
}

function classOf(module: string, wrapper: Wrapper): RunningClass[] {
  const { metatype, inject } = wrapper;
  if (typeof metatype !== 'function' || inject || wrapper.isAlias) return [];
  // Undefined for a class without a constructor, whatever its type says.
  const handed =
    (wrapper.getCtorMetadata() as ReturnType<Wrapper['getCtorMetadata']> | undefined) ?? [];
  return [
    {
      name: metatype.name,
      module,
      injects: handed.map(({ token }) => nameOfToken(token)),
      from: handed.map(({ host }) => host?.name ?? ''),
    },
  ];
}

function handlersOf(metatype: Type): RunningHandler[] {
  const read = (key: string) =>
    [Reflect.getMetadata(key, metatype) as ContractClass | ContractClass[] | undefined]
      .flat()
      .filter((one) => one !== undefined);
  const found = [
    ['command', read(commandHandlerKey)],
    ['query', read(queryHandlerKey)],
    ['event', read(eventsHandlerKey)],
  ] as const;
  const id = reactionOptionsOf(metatype)?.id ?? '';
  const effect = dueWorkOptionsOf(metatype)?.effect ?? '';
  const { name } = metatype;
  const handlers = found.flatMap(([kind, messages]) =>
    messages.length === 0
      ? []
      : [{ name, kind, handles: messages.map(contractOf).sort(), id, effect: '' }],
  );
  return effect === '' ? handlers : [{ name, kind: 'due-work', handles: [], id: '', effect }];
}

function contractOf({ contract: { kind, name, version = 1 } }: ContractClass): string {
  return `${kind} ${name} ${version}`;
}

function nameOfToken(token: InjectionToken): string {
  if (typeof token === 'function') return token.name;
  // Nest numbers its tokens for guards, pipes and filters.
  return token.toString().replace(/ \(UUID: .*\)$/, '');
}
