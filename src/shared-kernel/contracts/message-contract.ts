import { Command, Query } from '@nestjs/cqrs';
import type { z } from 'zod';
import type { CounterName, LabelsOf } from '#shared-kernel/observability/metric-labels.js';

/** The form of a command or a query: what goes in and what comes out. */
export interface MessageContract<Input = unknown, Result = unknown> {
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

interface MessageDefinition<Input extends z.ZodType, Result extends z.ZodType> {
  readonly name: string;
  readonly input: Input;
  readonly result: Result;
  readonly counts?: CountsResults<z.output<Result>>;
}

/**
 * Declares a command: one handler, changes state. Extend the result to name it:
 * `export class CreateSource extends defineCommand({ ... }) {}`.
 */
export function defineCommand<Input extends z.ZodType, Result extends z.ZodType>(
  definition: MessageDefinition<Input, Result>,
) {
  return class extends Command<z.output<Result>> {
    static readonly contract = { ...definition, kind: 'command' as const };

    constructor(readonly input: z.output<Input>) {
      super();
    }
  };
}

/** Declares a query: one handler, reads. Extend the result to name it. */
export function defineQuery<Input extends z.ZodType, Result extends z.ZodType>(
  definition: MessageDefinition<Input, Result>,
) {
  return class extends Query<z.output<Result>> {
    static readonly contract = { ...definition, kind: 'query' as const };

    constructor(readonly input: z.output<Input>) {
      super();
    }
  };
}
