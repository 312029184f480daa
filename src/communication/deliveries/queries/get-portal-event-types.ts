import { type IQueryHandler, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { KnownEventTypes } from '#communication/event-processing/contracts/known-event-types.query.js';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';

/** The types of events that a customer can choose from, by name. */
export class GetPortalEventTypes extends defineQuery({
  name: 'deliveries.get-portal-event-types',
  input: z.strictObject({ tenant: z.string() }),
  result: z.array(z.string()),
}) {}

@QueryHandler(GetPortalEventTypes)
export class GetPortalEventTypesHandler implements IQueryHandler<GetPortalEventTypes> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ input: { tenant } }: GetPortalEventTypes): Promise<string[]> {
    const known = await this.queries.execute(new KnownEventTypes({ tenant }));
    // Everybody can be sent a test, and nobody chooses it.
    return known.filter((type) => type !== 'signalbox.test');
  }
}
