import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { Portal, type PortalCaller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { pageQuery, pageSchema } from '#shared-kernel/http/paging.js';
import { RetryDelivery } from '../commands/retry-delivery.js';
import { deliveryErrors } from '../errors.js';
import { FindPortalDeliveries } from '../queries/find-portal-deliveries.js';
import {
  deliveryView,
  deliveryWithAttemptsView,
  viewOfAttempt,
  viewOfDelivery,
} from './delivery-view.js';
import { ownDelivery, ownEndpoint } from './portal-access.js';

const listQuery = z.object({
  ...pageQuery,
  endpointId: z.string().optional(),
  eventId: z.string().optional(),
  state: deliveryView.shape.state.optional(),
});
const tags = ['Portal'];

/** `/v1/portal/deliveries`: what went to a customer's endpoints, and how. */
@Controller('v1/portal/deliveries')
export class PortalDeliveriesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Answers(
    { 200: pageSchema(deliveryView) },
    {
      summary: 'List deliveries to your endpoints, newest first',
      scope: 'portal:read',
      errors: [deliveryErrors.endpointNotFound],
      tags,
    },
  )
  async list(
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
    @Portal() caller: PortalCaller,
  ) {
    const { cursor, endpointId, ...filter } = query;
    const { tenant, endpointIds } = caller;
    if (endpointId !== undefined) await ownEndpoint(this.queries, caller, endpointId);
    const own = endpointIds === null ? null : [...endpointIds];
    const page = await this.queries.execute(
      new FindPortalDeliveries({
        ...filter,
        tenant,
        endpointIds: endpointId === undefined ? own : [endpointId],
        before: cursor === undefined ? undefined : String(cursor),
      }),
    );
    return { ...page, items: page.items.map(viewOfDelivery) };
  }

  @Get(':id')
  @Answers(
    { 200: deliveryWithAttemptsView },
    {
      summary: 'Read a delivery to one of your endpoints with its attempts',
      scope: 'portal:read',
      errors: [deliveryErrors.deliveryNotFound],
      tags,
    },
  )
  async read(@Param('id') id: string, @Portal() caller: PortalCaller) {
    const { attempts, ...delivery } = await ownDelivery(this.queries, caller, id);
    return { ...viewOfDelivery(delivery), attempts: attempts.map(viewOfAttempt) };
  }

  @Post(':id/retry')
  @Answers(
    { 202: deliveryView },
    {
      summary: 'Deliver again to one of your endpoints',
      scope: 'portal:send',
      errors: [deliveryErrors.deliveryNotFound, deliveryErrors.deliveryNotRetryable],
      tags,
    },
  )
  async retry(@Param('id') id: string, @Portal() caller: PortalCaller) {
    await ownDelivery(this.queries, caller, id);
    const command = new RetryDelivery({ tenant: caller.tenant, id });
    return viewOfDelivery(await this.commands.execute(command));
  }
}
