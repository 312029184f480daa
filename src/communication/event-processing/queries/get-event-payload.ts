import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { bytesSchema } from '#shared-kernel/contracts/bytes-schema.js';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { EventLogReader } from '#shared-kernel/messaging/event-log-reader.js';
import { EventArchive } from '#shared-kernel/messaging/retention/event-archive.js';

import { missingEvent } from './missing-event.js';

/** The exact bytes that an event carries; none when it carries nothing. */
export class GetEventPayload extends defineQuery({
  name: 'event-processing.get-event-payload',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: z.strictObject({
    contentType: z.string().nullable(),
    bytes: bytesSchema,
  }),
}) {}

@QueryHandler(GetEventPayload)
export class GetEventPayloadHandler implements IQueryHandler<GetEventPayload> {
  constructor(
    private readonly events: EventLogReader,
    private readonly archive: EventArchive,
  ) {}

  async execute({ input: { tenant, id } }: GetEventPayload) {
    const row = await this.events.byId(tenant, id);
    if (row === undefined) throw await missingEvent(this.archive, tenant, id);
    return { contentType: row.payload_type, bytes: row.payload ?? new Uint8Array(0) };
  }
}
