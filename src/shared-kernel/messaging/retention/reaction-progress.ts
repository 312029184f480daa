import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { EventClass } from '#shared-kernel/contracts/event-contract.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { eventsHandlerKey } from '../cqrs-metadata.js';
import { reactionOptionsOf } from '../reaction.js';
import { archiveStatements } from './archive-statements.js';

/** Where a reaction's checkpoint stood when it was looked at. */
export interface SeenCheckpoint {
  readonly id: string;
  readonly position: number;
}

/** How far every reaction is done with the log. */
export interface Progress {
  /** Nothing up to here is still to be handled by any reaction. */
  readonly upTo: number;
  /** The reaction that stops there; null when all are done with everything asked for. */
  readonly slowest: string | null;
  readonly checkpoints: readonly SeenCheckpoint[];
}

/**
 * How far the reactions are. A checkpoint only moves over events that its reaction wants, so what
 * counts is the first wanted event behind it, not the checkpoint itself.
 */
@Injectable()
export class ReactionProgress {
  private readonly sql;

  constructor(
    private readonly store: Store,
    private readonly discovery: DiscoveryService,
  ) {
    this.sql = archiveStatements(store.dialect);
  }

  /** @param wanted the last position that anybody asks about */
  async upTo(wanted: number): Promise<Progress> {
    const checkpoints = await this.store.list<{ id: string; position: number }>(
      this.sql.checkpoints,
    );
    const names = this.wantedNames();
    let upTo = wanted;
    let slowest: string | null = null;
    for (const { id, position } of checkpoints) {
      const done = await this.doneUpTo(position, names.get(id), upTo);
      if (done < upTo) [upTo, slowest] = [done, id];
    }
    return { upTo, slowest, checkpoints };
  }

  /** Of a reaction of another version nobody here knows what it wants: its checkpoint counts. */
  private async doneUpTo(
    checkpoint: number,
    names: readonly string[] | undefined,
    upTo: number,
  ): Promise<number> {
    if (checkpoint >= upTo || names === undefined) return checkpoint;
    const next = this.sql.firstWanted(names, checkpoint, upTo);
    const [row] = await this.store.list<{ position: number | null }>(next);
    const position = row?.position ?? null;
    return position === null ? upTo : position - 1;
  }

  private wantedNames(): Map<string, string[]> {
    const names = new Map<string, string[]>();
    for (const { metatype } of this.discovery.getProviders()) {
      if (typeof metatype !== 'function') continue;
      const options = reactionOptionsOf(metatype);
      const events = Reflect.getMetadata(eventsHandlerKey, metatype) as EventClass[] | undefined;
      if (options === undefined || events === undefined) continue;
      names.set(
        options.id,
        events.map(({ contract }) => contract.name),
      );
    }
    return names;
  }
}
