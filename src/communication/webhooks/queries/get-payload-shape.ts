import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { placesOf } from '../domain/payload-paths.js';
import { PayloadShapes } from '../domain/payload-shapes.js';
import { placeFactsOf } from '../domain/place-facts.js';
import { valueTypes } from '../domain/payload-shape.js';
import { webhookErrors } from '../errors.js';
import { isLearning, shapeSummarySchema } from './find-payload-shapes.js';

/** A shape with all its places. */
export const payloadShapeSchema = shapeSummarySchema.extend({
  fields: z.array(
    z.object({
      path: z.string(),
      share: z.number(),
      types: z.array(z.enum(valueTypes)),
      samples: z.int(),
    }),
  ),
});

export class GetPayloadShape extends defineQuery({
  name: 'webhooks.get-payload-shape',
  input: z.strictObject({ tenant: z.string(), sourceId: z.string(), eventType: z.string() }),
  result: payloadShapeSchema,
}) {}

@QueryHandler(GetPayloadShape)
export class GetPayloadShapeHandler implements IQueryHandler<GetPayloadShape> {
  constructor(private readonly shapes: PayloadShapes) {}

  async execute({ input }: GetPayloadShape) {
    const stored = await this.shapes.find(input);
    if (stored === undefined) {
      throw webhookErrors.shapeNotFound(`Nothing was learned of ${input.eventType} there.`);
    }
    const { shape, subject, learnedAtMs } = stored;
    const fields = [...placesOf(shape.root)].map(([path, node]) => {
      const facts = placeFactsOf(node);
      return { path, ...facts, types: [...facts.types] };
    });
    const { samples, nodes } = shape;
    const learning = isLearning(shape);
    const { eventType } = subject;
    return { eventType, samples, places: nodes, learning, learnedAtMs, fields };
  }
}
