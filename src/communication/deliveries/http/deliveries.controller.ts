import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { pageQuery, pageSchema } from '#shared-kernel/http/paging.js';
import { RetryDelivery } from '../commands/retry-delivery.js';
import { deliveryErrors } from '../errors.js';
import { FindDeliveries } from '../queries/find-deliveries.js';
import { GetDelivery } from '../queries/get-delivery.js';
import {
  deliveryView,
  deliveryWithAttemptsView,
  viewOfAttempt,
  viewOfDelivery,
} from './delivery-view.js';

const listQuery = z.object({
  ...pageQuery,
  endpointId: z.string().optional(),
  eventId: z.string().optional(),
  state: deliveryView.shape.state.optional(),
});
const tags = ['Deliveries'];

/** `/v1/deliveries`: what went out, and how. */
@Controller('v1/deliveries')
export class DeliveriesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Answers(
    { 200: pageSchema(deliveryView) },
    { summary: 'List deliveries, newest first', scope: 'viewer', tags },
  )
  async list(
    @Query({ schema: listQuery }) { cursor, ...filter }: z.infer<typeof listQuery>,
    @Caller() { tenant }: ApiCaller,
  ) {
    const before = cursor === undefined ? undefined : String(cursor);
    const page = await this.queries.execute(new FindDeliveries({ ...filter, tenant, before }));
    return { ...page, items: page.items.map(viewOfDelivery) };
  }

  @Get(':id')
  @Answers(
    { 200: deliveryWithAttemptsView },
    {
      summary: 'Read a delivery with its attempts',
      scope: 'viewer',
      errors: [deliveryErrors.deliveryNotFound],
      tags,
    },
  )
  async read(@Param('id') id: string, @Caller() { tenant }: ApiCaller) {
    const { attempts, ...delivery } = await this.queries.execute(new GetDelivery({ tenant, id }));
    return { ...viewOfDelivery(delivery), attempts: attempts.map(viewOfAttempt) };
  }

  @Post(':id/retry')
  @Answers(
    { 202: deliveryView },
    {
      summary: 'Deliver again',
      description: 'Makes a settled delivery due at once, with all its tries before it.',
      scope: 'operator',
      errors: [deliveryErrors.deliveryNotFound, deliveryErrors.deliveryNotRetryable],
      tags,
    },
  )
  async retry(@Param('id') id: string, @Caller() { tenant }: ApiCaller) {
    return viewOfDelivery(await this.commands.execute(new RetryDelivery({ tenant, id })));
  }
}
