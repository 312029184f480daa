import type { EventClass, LoggedEvent } from '#shared-kernel/contracts/event-contract.js';
import type { Decision } from './event-log.js';

/**
 * Where a reaction begins that the store does not know yet: at the first event that the log still
 * has, behind the newest one, or at the first that happened at a time (ISO 8601, UTC) or later.
 */
export type ReactionStart = 'first' | 'now' | { readonly at: string };

/** What a reaction declares of itself. */
export interface ReactionOptions {
  /** Stable for ever: `module.effect-when-cause`. Its checkpoint is stored under it. */
  readonly id: string;
  readonly start: ReactionStart;
  /**
   * True when what it decides never depends on what it wrote for an earlier event of the same key.
   * Then a whole batch is decided at once; otherwise a batch is cut before a key that comes again.
   * Inside one batch a failing event then holds up no other one of its key.
   */
  readonly independent?: boolean;
  /** Events that it decides at the same time, all of different keys; 250 at the most. */
  readonly concurrency?: number;
  /** Ids that this reaction had in earlier releases; its checkpoint moves along. */
  readonly formerIds?: readonly string[];
}

/** A handler of `@EventsHandler` that works from the durable log. */
export interface ReactsTo<Event extends LoggedEvent> {
  handle(event: Event): Promise<Decision> | Decision;
}

const reactionKey = Symbol('reaction');

/** Gives an `@EventsHandler` class its durable identity. */
export function Reaction(options: ReactionOptions): ClassDecorator {
  return (target) => Reflect.defineMetadata(reactionKey, options, target);
}

/** The options of a reaction class, undefined for any other class. */
export function reactionOptionsOf(target: object): ReactionOptions | undefined {
  return Reflect.getMetadata(reactionKey, target) as ReactionOptions | undefined;
}

/** A reaction found in the container, ready to run. */
export interface RegisteredReaction {
  readonly options: ReactionOptions;
  readonly events: readonly EventClass[];
  readonly handler: ReactsTo<LoggedEvent>;
}
