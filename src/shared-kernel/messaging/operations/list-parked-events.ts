import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { pageOf } from '#shared-kernel/domain/page.js';
import { pageSchema } from '#shared-kernel/http/paging.js';
import { ParkedEventReader } from './parked-event-reader.js';
import { parkedEventViewSchema, parkedFilter, viewOfParked } from './parked-event-view.js';
import { ReactionControl } from './reaction-control.js';

/** Lists the events that a reaction could not handle, oldest first. */
export class ListParkedEvents extends defineQuery({
  name: 'messaging.list-parked-events',
  input: z.object({
    reactionId: z.string(),
    ...parkedFilter,
    limit: z.int(),
    cursor: z.union([z.string(), z.number()]).optional(),
  }),
  result: pageSchema(parkedEventViewSchema),
}) {}

@QueryHandler(ListParkedEvents)
export class ListParkedEventsHandler implements IQueryHandler<ListParkedEvents> {
  constructor(
    private readonly parked: ParkedEventReader,
    private readonly control: ReactionControl,
  ) {}

  async execute({ input: { reactionId, limit, cursor, ...filter } }: ListParkedEvents) {
    this.control.get(reactionId);
    // A cursor of another list holds text; this list has nothing to do with it.
    const after = typeof cursor === 'number' ? cursor : 0;
    const rows = await this.parked.list(reactionId, filter, { after, limit: limit + 1 });
    return pageOf(rows, limit, ({ position }) => position, viewOfParked);
  }
}
