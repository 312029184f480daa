import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { pageOf } from '#shared-kernel/domain/page.js';
import { pageSchema } from '#shared-kernel/http/paging.js';
import { RunnerParts } from '../runner-parts.js';
import { ReactionControl } from './reaction-control.js';
import { replayViewSchema, viewOfReplay } from './replay-view.js';

/** Lists the replays of a reaction, newest first. */
export class ListReplays extends defineQuery({
  name: 'messaging.list-replays',
  input: z.object({
    reactionId: z.string(),
    limit: z.int(),
    cursor: z.union([z.string(), z.number()]).optional(),
  }),
  result: pageSchema(replayViewSchema),
}) {}

@QueryHandler(ListReplays)
export class ListReplaysHandler implements IQueryHandler<ListReplays> {
  constructor(
    private readonly parts: RunnerParts,
    private readonly control: ReactionControl,
  ) {}

  async execute({ input: { reactionId, limit, cursor } }: ListReplays) {
    this.control.get(reactionId);
    const before = cursor === undefined ? undefined : String(cursor);
    const rows = await this.parts.storage.replays.list(reactionId, before, limit + 1);
    return pageOf(rows, limit, ({ id }) => id, viewOfReplay);
  }
}
