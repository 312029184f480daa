import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { EventClass, LoggedEvent } from '#shared-kernel/contracts/event-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { eventsHandlerKey } from './cqrs-metadata.js';
import {
  reactionOptionsOf,
  type ReactionOptions,
  type ReactionStart,
  type ReactsTo,
  type RegisteredReaction,
} from './reaction.js';
import { ReactionStorage } from './reaction-storage.js';
import { EventLog } from './event-log.js';

/** Finds the reactions of the program and holds them against what the store remembers. */
@Injectable()
export class Reactions {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly storage: ReactionStorage,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Every reaction of the program, known to the store: new ones are registered, renamed ones moved.
   *
   * @throws Error when an id is missing or used twice, or the store has a reaction that the program
   * lacks
   */
  async register(): Promise<RegisteredReaction[]> {
    const reactions = this.discover();
    const stored = new Set((await this.storage.all()).map(({ id }) => id));
    const renames = renamesIn(reactions, stored);
    refuseOrphans(reactions, stored, renames);
    for (const [formerId, id] of renames) {
      await this.log.commit({ writes: this.storage.rename(formerId, id) });
      stored.add(id);
    }
    for (const { options } of reactions) if (!stored.has(options.id)) await this.adopt(options);
    return reactions;
  }

  /** Makes the store know a reaction that is new. */
  private async adopt({ id, start }: ReactionOptions): Promise<void> {
    const position = await this.startOf(id, start);
    // Another process that starts at the same time may have been faster: then its row stands.
    await this.log.tryCommit({ writes: [this.storage.register(id, position, this.clock.now())] });
  }

  private async startOf(id: string, start: ReactionStart): Promise<number> {
    if (start === 'first') return 0;
    if (start === 'now') return this.storage.log.head();
    const atMs = Date.parse(start.at);
    if (Number.isNaN(atMs))
      throw new Error(`${id} starts at ${start.at}, which is no ISO 8601 time`);
    return this.storage.log.positionBefore(atMs);
  }

  private discover(): RegisteredReaction[] {
    const reactions = new Map<string, RegisteredReaction>();
    for (const { metatype, instance } of this.discovery.getProviders()) {
      if (typeof metatype !== 'function' || instance === undefined) continue;
      const events = Reflect.getMetadata(eventsHandlerKey, metatype) as EventClass[] | undefined;
      if (events === undefined) continue;
      const options = reactionOptionsOf(metatype);
      if (options === undefined) {
        throw new Error(`${metatype.name} handles events but has no @Reaction with a stable id`);
      }
      if (reactions.has(options.id)) throw new Error(`two reactions have the id ${options.id}`);
      if (events.some((event) => (event as Partial<EventClass>).contract === undefined)) {
        throw new Error(`${metatype.name} handles a class that defineEvent did not make`);
      }
      const handler = instance as ReactsTo<LoggedEvent>;
      reactions.set(options.id, { options, events, handler });
    }
    return [...reactions.values()];
  }
}

/** Former ids in the store whose reaction is not stored under its id of today, with that id. */
function renamesIn(
  reactions: readonly RegisteredReaction[],
  stored: ReadonlySet<string>,
): Map<string, string> {
  const renames = new Map<string, string>();
  for (const { id, formerIds = [] } of reactions.map(({ options }) => options)) {
    if (stored.has(id)) continue;
    const formerId = formerIds.find((former) => stored.has(former));
    if (formerId !== undefined) renames.set(formerId, id);
  }
  return renames;
}

/** Before anything is written: a start that is refused must leave the store as it was. */
function refuseOrphans(
  reactions: readonly RegisteredReaction[],
  stored: ReadonlySet<string>,
  renames: ReadonlyMap<string, string>,
): void {
  const known = new Set(reactions.map(({ options }) => options.id));
  const orphans = [...stored].filter((id) => !known.has(id) && !renames.has(id));
  if (orphans.length === 0) return;
  throw new Error(
    `the store has checkpoints of reactions that this version lacks: ${orphans.join(', ')}. ` +
      'Name them in formerIds of the reaction that took over, or start the version that has them.',
  );
}
