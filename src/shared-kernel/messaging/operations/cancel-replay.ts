import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { messagingErrors } from '../reaction-errors.js';
import { RunnerParts } from '../runner-parts.js';
import { ChangeByHand } from './change-by-hand.js';
import { ReactionControl } from './reaction-control.js';
import { replayIdSchema } from './replay-view.js';

/** Ends a replay where it is; what it did stands. */
export class CancelReplay extends defineCommand({
  name: 'messaging.cancel-replay',
  input: z.object({ reactionId: z.string(), replayId: replayIdSchema, by: z.string() }),
  result: z.void(),
}) {}

@CommandHandler(CancelReplay)
export class CancelReplayHandler implements ICommandHandler<CancelReplay> {
  constructor(
    private readonly parts: RunnerParts,
    private readonly control: ReactionControl,
    private readonly hand: ChangeByHand,
  ) {}

  async execute({ input: { reactionId, replayId, by } }: CancelReplay): Promise<void> {
    const { storage, clock } = this.parts;
    this.control.get(reactionId);
    const row = await storage.replays.find(reactionId, replayId);
    if (row === undefined) {
      throw messagingErrors.replayNotFound(`${reactionId} has no replay ${replayId}.`);
    }
    if (row.state !== 'running') {
      throw messagingErrors.replayHasEnded(`The replay ${replayId} is ${row.state}.`);
    }
    const write = storage.replays.finish(replayId, 'cancelled', clock.now());
    const note = { action: CancelReplay.contract.name, by, reason: replayId };
    await this.hand.commit({ reaction: reactionId, writes: [write] }, note);
  }
}
