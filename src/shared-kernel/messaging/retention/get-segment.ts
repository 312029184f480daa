import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { bytesSchema } from '#shared-kernel/contracts/bytes-schema.js';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { EventArchive } from './event-archive.js';
import { retentionErrors } from './retention-errors.js';

/** The position at which a segment begins, as it stands in a path. */
export const segmentPositionSchema = z.coerce.number<string>().int().min(0);

/** The lines of a segment. */
export class GetSegment extends defineQuery({
  name: 'retention.get-segment',
  input: z.strictObject({ firstPosition: z.int() }),
  result: bytesSchema,
}) {}

@QueryHandler(GetSegment)
export class GetSegmentHandler implements IQueryHandler<GetSegment> {
  constructor(private readonly archive: EventArchive) {}

  async execute({ input: { firstPosition } }: GetSegment): Promise<Uint8Array> {
    const lines = await this.archive.read(firstPosition);
    if (lines !== undefined) return lines;
    throw retentionErrors.segmentNotFound(`No segment begins at position ${firstPosition}.`);
  }
}
