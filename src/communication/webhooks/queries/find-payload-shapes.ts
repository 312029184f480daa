import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { learnedMin } from '../domain/judge-samples.js';
import { PayloadShapes } from '../domain/payload-shapes.js';
import { SourceRegistry } from '../domain/source-registry.js';
import { webhookErrors } from '../errors.js';

/** What every answer about a shape says of it. */
export const shapeSummarySchema = z.object({
  eventType: z.string(),
  samples: z.int(),
  places: z.int(),
  learning: z.boolean(),
  learnedAtMs: z.int(),
});

/** One page of the shapes of a source, by event type. */
export class FindPayloadShapes extends defineQuery({
  name: 'webhooks.find-payload-shapes',
  input: z.strictObject({
    tenant: z.string(),
    sourceId: z.string(),
    limit: z.int(),
    after: z.string().optional(),
  }),
  result: z.object({ items: z.array(shapeSummarySchema), next: z.string().nullable() }),
}) {}

@QueryHandler(FindPayloadShapes)
export class FindPayloadShapesHandler implements IQueryHandler<FindPayloadShapes> {
  constructor(
    private readonly shapes: PayloadShapes,
    private readonly sources: SourceRegistry,
  ) {}

  async execute({ input }: FindPayloadShapes) {
    const { tenant, sourceId, limit, after } = input;
    if ((await this.sources.byId(tenant, sourceId)) === undefined) {
      throw webhookErrors.sourceNotFound(`There is no source ${sourceId}.`);
    }
    const page = await this.shapes.list({ tenant, sourceId, limit, after });
    return { ...page, items: page.items.map((item) => ({ ...item, learning: isLearning(item) })) };
  }
}

/** Whether too little was seen to tell of changes. */
export function isLearning({ samples }: { readonly samples: number }): boolean {
  return samples < learnedMin;
}
