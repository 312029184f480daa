import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { ParkedEventFinder } from './parked-event-finder.js';
import {
  parkedAddressSchema,
  viewOfWhole,
  wholeParkedEventViewSchema,
} from './parked-event-view.js';

/** One parked event with its data. */
export class GetParkedEvent extends defineQuery({
  name: 'messaging.get-parked-event',
  input: z.object({ reactionId: z.string(), event: parkedAddressSchema }),
  result: wholeParkedEventViewSchema,
}) {}

@QueryHandler(GetParkedEvent)
export class GetParkedEventHandler implements IQueryHandler<GetParkedEvent> {
  constructor(private readonly finder: ParkedEventFinder) {}

  async execute({ input: { reactionId, event } }: GetParkedEvent) {
    return viewOfWhole(await this.finder.get(reactionId, event));
  }
}
