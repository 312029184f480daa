import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { messagingErrors } from '../reaction-errors.js';
import { RunnerParts } from '../runner-parts.js';
import { ReactionControl } from './reaction-control.js';
import { replayIdSchema, replayViewSchema, viewOfReplay } from './replay-view.js';

/** One replay with how far it is. */
export class GetReplay extends defineQuery({
  name: 'messaging.get-replay',
  input: z.object({ reactionId: z.string(), replayId: replayIdSchema }),
  result: replayViewSchema,
}) {}

@QueryHandler(GetReplay)
export class GetReplayHandler implements IQueryHandler<GetReplay> {
  constructor(
    private readonly parts: RunnerParts,
    private readonly control: ReactionControl,
  ) {}

  async execute({ input: { reactionId, replayId } }: GetReplay) {
    this.control.get(reactionId);
    const row = await this.parts.storage.replays.find(reactionId, replayId);
    if (row !== undefined) return viewOfReplay(row);
    throw messagingErrors.replayNotFound(`${reactionId} has no replay ${replayId}.`);
  }
}
