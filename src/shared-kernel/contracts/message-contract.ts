import { Command, Query } from '@nestjs/cqrs';
import type { z } from 'zod';
import type { CounterName, LabelsOf } from '#shared-kernel/observability/metric-labels.js';
import { contractCatalogue } from './contract-catalogue.js';
import type { Deprecation } from './deprecation.js';

/** One message with its answer. */
interface MessageExample<Input = unknown, Result = unknown> {
  readonly input: Input;
  readonly result: Result;
}

/** What a message says of itself when other modules may send it: then it stands in `contracts/`. */
export interface Publication<Input = unknown, Result = unknown> {
  /** A breaking change is a new version. */
  readonly version: number;
  readonly summary: string;
  /** Release that had this version first. */
  readonly since: string;
  /** They stand in the reference and feed the compatibility check. */
  readonly examples: readonly MessageExample<Input, Result>[];
  readonly deprecated?: Deprecation;
}

/** The form of a command or a query: what goes in and what comes out. */
export interface MessageContract<Input = unknown, Result = unknown> extends Partial<
  Publication<Input, Result>
> {
  readonly kind: 'command' | 'query';
  /** `module.do-something` */
  readonly name: string;
  readonly input: z.ZodType<Input>;
  readonly result: z.ZodType<Result>;
  /** Domain metric that each result is counted in; handlers stay free of metrics. */
  readonly counts?: CountsResults<Result>;
}

/** Which counter a result belongs to, and its labels there. */
type CountsResults<Result> = {
  [Name in CounterName]: {
    readonly metric: Name;
    readonly labels: (result: Result) => LabelsOf<Name>;
  };
}[CounterName];

/** A class made by `defineCommand` or `defineQuery`. */
export interface MessageClass {
  readonly contract: MessageContract;
}

interface MessageParts<Input extends z.ZodType, Result extends z.ZodType> {
  readonly name: string;
  readonly input: Input;
  readonly result: Result;
  readonly counts?: CountsResults<z.output<Result>>;
}

/** A message is published with all that belongs to it, or not at all. */
type MessageDefinition<Input extends z.ZodType, Result extends z.ZodType> = MessageParts<
  Input,
  Result
> &
  (
    | Publication<z.output<Input>, z.output<Result>>
    | { readonly [Part in keyof Publication]?: never }
  );

/**
 * Declares a command: one handler, changes state. Extend the result to name it:
 * `export class CreateSource extends defineCommand({ ... }) {}`.
 */
export function defineCommand<Input extends z.ZodType, Result extends z.ZodType>(
  definition: MessageDefinition<Input, Result>,
) {
  const contract = { ...definition, kind: 'command' as const };
  contractCatalogue.push(contract);
  return class extends Command<z.output<Result>> {
    static readonly contract = contract;

    constructor(readonly input: z.output<Input>) {
      super();
    }
  };
}

/** Declares a query: one handler, reads. Extend the result to name it. */
export function defineQuery<Input extends z.ZodType, Result extends z.ZodType>(
  definition: MessageDefinition<Input, Result>,
) {
  const contract = { ...definition, kind: 'query' as const };
  contractCatalogue.push(contract);
  return class extends Query<z.output<Result>> {
    static readonly contract = contract;

    constructor(readonly input: z.output<Input>) {
      super();
    }
  };
}
