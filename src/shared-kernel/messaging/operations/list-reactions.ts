import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { pageOf } from '#shared-kernel/domain/page.js';
import { pageSchema } from '#shared-kernel/http/paging.js';
import { ReactionReports } from './reaction-reports.js';
import { reactionViewSchema } from './reaction-view.js';

/** Lists the reactions by id, each with where its events are. */
export class ListReactions extends defineQuery({
  name: 'messaging.list-reactions',
  input: z.object({ limit: z.int(), cursor: z.union([z.string(), z.number()]).optional() }),
  result: pageSchema(reactionViewSchema),
}) {}

@QueryHandler(ListReactions)
export class ListReactionsHandler implements IQueryHandler<ListReactions> {
  constructor(private readonly reports: ReactionReports) {}

  async execute({ input: { limit, cursor } }: ListReactions) {
    const views = (await this.reports.all()).map(({ view }) => view);
    const rest = views.filter(({ id }) => cursor === undefined || id > String(cursor));
    return pageOf(
      rest,
      limit,
      ({ id }) => id,
      (view) => view,
    );
  }
}
