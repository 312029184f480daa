import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { ReactionReports } from './reaction-reports.js';
import { reactionStateSchema } from './reaction-view.js';

/** One reaction with where its events are. */
export class GetReaction extends defineQuery({
  name: 'messaging.get-reaction',
  input: z.object({ id: z.string() }),
  result: reactionStateSchema,
}) {}

@QueryHandler(GetReaction)
export class GetReactionHandler implements IQueryHandler<GetReaction> {
  constructor(private readonly reports: ReactionReports) {}

  execute({ input: { id } }: GetReaction) {
    return this.reports.one(id);
  }
}
