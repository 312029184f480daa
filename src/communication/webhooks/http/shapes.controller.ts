import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { pageQuery, pageSchema } from '#shared-kernel/http/paging.js';
import { ForgetPayloadShape } from '../commands/forget-payload-shape.js';
import { webhookErrors } from '../errors.js';
import { FindPayloadShapes, shapeSummarySchema } from '../queries/find-payload-shapes.js';
import { GetPayloadShape, payloadShapeSchema } from '../queries/get-payload-shape.js';

const described = {
  places: z.int().meta({ description: 'Fields, elements and values that are known.' }),
  learning: z.boolean().meta({ description: 'True while too little was seen to tell of changes.' }),
  learnedAt: z.iso.datetime(),
};
const summaryView = shapeSummarySchema
  .omit({ learnedAtMs: true })
  .extend(described)
  .meta({ id: 'PayloadShapeSummary' });
const shapeView = payloadShapeSchema
  .omit({ learnedAtMs: true })
  .extend(described)
  .meta({ id: 'PayloadShape' });
const listQuery = z.object(pageQuery);
const tags = ['Sources'];

/** `/v1/sources/{id}/shapes`: how the payloads of a source look, as they were seen. */
@Controller('v1/sources/:id/shapes')
export class ShapesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Answers(
    { 200: pageSchema(summaryView) },
    {
      summary: 'List the shapes of payloads of a source',
      description: 'One for each event type. They are learned from samples, some seconds late.',
      scope: 'viewer',
      errors: [webhookErrors.sourceNotFound],
      tags,
    },
  )
  async list(
    @Param('id') sourceId: string,
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
    @Caller() { tenant }: ApiCaller,
  ) {
    const after = query.cursor === undefined ? {} : { after: String(query.cursor) };
    const { limit } = query;
    const page = await this.queries.execute(
      new FindPayloadShapes({ tenant, sourceId, limit, ...after }),
    );
    return { ...page, items: page.items.map(viewOf) };
  }

  @Get(':eventType')
  @Answers(
    { 200: shapeView },
    {
      summary: 'Read the shape of payloads of an event type',
      scope: 'viewer',
      errors: [webhookErrors.shapeNotFound],
      tags,
    },
  )
  async read(
    @Param('id') sourceId: string,
    @Param('eventType') eventType: string,
    @Caller() { tenant }: ApiCaller,
  ) {
    const shape = await this.queries.execute(new GetPayloadShape({ tenant, sourceId, eventType }));
    return viewOf(shape);
  }

  @Delete(':eventType')
  @Answers(
    { 204: null },
    {
      summary: 'Forget the shape of payloads of an event type',
      description: 'It is learned anew from what comes in next.',
      scope: 'operator',
      errors: [webhookErrors.shapeNotFound],
      tags,
    },
  )
  async forget(
    @Param('id') sourceId: string,
    @Param('eventType') eventType: string,
    @Caller() { tenant }: ApiCaller,
  ): Promise<void> {
    await this.commands.execute(new ForgetPayloadShape({ tenant, sourceId, eventType }));
  }
}

function viewOf<Shape extends { learnedAtMs: number }>({ learnedAtMs, ...shape }: Shape) {
  return { ...shape, learnedAt: isoTime(learnedAtMs) };
}
