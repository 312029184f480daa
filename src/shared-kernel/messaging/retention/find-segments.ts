import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { EventArchive, type ListedSegment } from './event-archive.js';

/** A stretch of the log in the archive, as the API shows it. */
export const segmentViewSchema = z.object({
  firstPosition: z.int().describe('Also the id of the segment.'),
  lastPosition: z.int(),
  firstEventAt: z.iso.datetime(),
  lastEventAt: z.iso.datetime(),
  events: z.int(),
  bytes: z.int().describe('Size of the lines.'),
  packedBytes: z.int().describe('Size in the archive.'),
  sha256: z.string().describe('Of the lines, in hex.'),
  archivedAt: z.iso.datetime(),
});

/** One page of the archive, oldest first. */
export class FindSegments extends defineQuery({
  name: 'retention.find-segments',
  input: z.strictObject({
    limit: z.int(),
    after: z.int().optional(),
    fromMs: z.int().optional(),
    beforeMs: z.int().optional(),
  }),
  result: z.object({ items: z.array(segmentViewSchema), next: z.string().nullable() }),
}) {}

@QueryHandler(FindSegments)
export class FindSegmentsHandler implements IQueryHandler<FindSegments> {
  constructor(private readonly archive: EventArchive) {}

  async execute({ input }: FindSegments) {
    const { items, next } = await this.archive.list(input);
    return { items: items.map(viewOf), next };
  }
}

function viewOf(row: ListedSegment): z.output<typeof segmentViewSchema> {
  return {
    firstPosition: row.first_position,
    lastPosition: row.last_position,
    firstEventAt: isoTime(row.first_at_ms),
    lastEventAt: isoTime(row.last_at_ms),
    events: row.events,
    bytes: row.plain_bytes,
    packedBytes: row.packed_bytes,
    sha256: row.sha256,
    archivedAt: isoTime(row.archived_at_ms),
  };
}
