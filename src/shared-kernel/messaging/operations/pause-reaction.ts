import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import { RunnerParts } from '../runner-parts.js';
import { ChangeByHand } from './change-by-hand.js';
import { ReactionControl } from './reaction-control.js';

/**
 * Pauses a reaction, or lets it go on. While it is paused its events wait in the log; nothing is
 * lost. `revision` names the one that the change was decided on, if the caller cares.
 */
export class PauseReaction extends defineCommand({
  name: 'messaging.pause-reaction',
  input: z.object({
    id: z.string(),
    paused: z.boolean(),
    revision: z.int().optional(),
    by: z.string(),
  }),
  result: z.void(),
}) {}

@CommandHandler(PauseReaction)
export class PauseReactionHandler implements ICommandHandler<PauseReaction> {
  constructor(
    private readonly parts: RunnerParts,
    private readonly control: ReactionControl,
    private readonly hand: ChangeByHand,
  ) {}

  async execute({ input: { id, paused, revision, by } }: PauseReaction): Promise<void> {
    const { clock, log, storage } = this.parts;
    this.control.get(id);
    const row = await storage.find(id);
    if (row === undefined) throw new Error(`the store has lost the reaction ${id}`);
    if (revision !== undefined && revision !== row.epoch) {
      throw storageErrors.conflict(`The reaction is at revision ${row.epoch}, not ${revision}.`);
    }
    if ((row.paused_at_ms !== null) === paused) return;
    const write = storage.pause(id, paused ? clock.now() : null, row.epoch);
    await log.commit({ writes: [write] });
    const action = `messaging.${paused ? 'pause' : 'resume'}-reaction`;
    await this.hand.tell({ reaction: id, action, by });
  }
}
