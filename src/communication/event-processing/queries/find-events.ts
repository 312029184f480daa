import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import type { Page } from '#shared-kernel/domain/page.js';
import { EventLogReader } from '#shared-kernel/messaging/event-log-reader.js';
import { type EventState, eventState, eventStateSchema } from './event-state.js';

/** One page of a tenant's events, newest first. */
export class FindEvents extends defineQuery({
  name: 'event-processing.find-events',
  input: z.strictObject({
    tenant: z.string(),
    limit: z.int(),
    /** The position in the log before which the page begins. */
    before: z.int().optional(),
    type: z.string().optional(),
    source: z.string().optional(),
    correlationId: z.string().optional(),
    occurredFromMs: z.int().optional(),
    occurredBeforeMs: z.int().optional(),
    derived: z.boolean(),
  }),
  result: z.object({ items: z.array(eventStateSchema), next: z.string().nullable() }),
}) {}

@QueryHandler(FindEvents)
export class FindEventsHandler implements IQueryHandler<FindEvents> {
  constructor(private readonly events: EventLogReader) {}

  async execute({ input }: FindEvents): Promise<Page<EventState>> {
    const { items, next } = await this.events.list({
      tenant: input.tenant,
      limit: input.limit,
      before: input.before,
      type: input.type,
      source: input.source,
      correlationId: input.correlationId,
      occurredFromMs: input.occurredFromMs,
      occurredBeforeMs: input.occurredBeforeMs,
      derived: input.derived,
    });
    return { items: items.map(eventState), next };
  }
}
