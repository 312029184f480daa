import { Body, Controller, Delete, Get, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { pageQuery, pageSchema } from '#shared-kernel/http/paging.js';
import { CancelRecovery } from '../commands/cancel-recovery.js';
import {
  RecoverDeliveries,
  recoveryPlanSchema,
  recoveryRequest,
} from '../commands/recover-deliveries.js';
import { deliveryErrors } from '../errors.js';
import { FindRecoveries } from '../queries/find-recoveries.js';
import { GetRecovery } from '../queries/get-recovery.js';
import { recoveryView, viewOfRecovery } from './recovery-view.js';

const listQuery = z.object(pageQuery);
const tags = ['Deliveries'];

/** `/v1/deliveries/recover` and `/recoveries`: many deliveries again, in the background. */
@Controller('v1/deliveries')
export class RecoveriesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('recover')
  @Answers(
    { 200: recoveryPlanSchema, 202: recoveryView },
    {
      summary: 'Deliver again what the filter means, or count it',
      description:
        'Runs in the background, paced so that what is live goes first. It has exactly the ' +
        'deliveries that were counted; those that change meanwhile are passed over.',
      scope: 'operator',
      errors: [
        deliveryErrors.recoveryIsEmpty,
        deliveryErrors.recoveryTooLarge,
        deliveryErrors.tooManyRecoveries,
      ],
      tags,
    },
  )
  async recover(
    @Body({ schema: recoveryRequest }) request: z.output<typeof recoveryRequest>,
    @Caller() { tenant, keyId: by }: ApiCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const answer = await this.commands.execute(new RecoverDeliveries({ tenant, by, request }));
    if ('dryRun' in answer) return answer;
    void reply.code(202).header('location', `/v1/deliveries/recoveries/${answer.id}`);
    return viewOfRecovery(answer);
  }

  @Get('recoveries')
  @Answers(
    { 200: pageSchema(recoveryView) },
    { summary: 'List recoveries and replays, newest first', scope: 'viewer', tags },
  )
  async list(
    @Query({ schema: listQuery }) { limit, cursor }: z.output<typeof listQuery>,
    @Caller() { tenant }: ApiCaller,
  ) {
    const before = cursor === undefined ? undefined : String(cursor);
    const page = await this.queries.execute(new FindRecoveries({ tenant, limit, before }));
    return { ...page, items: page.items.map(viewOfRecovery) };
  }

  @Get('recoveries/:id')
  @Answers(
    { 200: recoveryView },
    {
      summary: 'Read a recovery with how far it is',
      scope: 'viewer',
      errors: [deliveryErrors.recoveryNotFound],
      tags,
    },
  )
  async read(@Param('id') id: string, @Caller() { tenant }: ApiCaller) {
    return viewOfRecovery(await this.queries.execute(new GetRecovery({ tenant, id })));
  }

  @Delete('recoveries/:id')
  @Answers(
    { 200: recoveryView },
    {
      summary: 'Cancel a recovery',
      description: 'It ends where it is; what it started stays started.',
      scope: 'operator',
      errors: [deliveryErrors.recoveryNotFound, deliveryErrors.recoveryHasEnded],
      tags,
    },
  )
  async cancel(@Param('id') id: string, @Caller() { tenant }: ApiCaller) {
    await this.commands.execute(new CancelRecovery({ tenant, id }));
    return viewOfRecovery(await this.queries.execute(new GetRecovery({ tenant, id })));
  }
}
