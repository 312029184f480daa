import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Portal, type PortalCaller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import {
  endpointReplayPlanSchema,
  endpointReplayRequest,
  ReplayToEndpoint,
} from '../commands/replay-to-endpoint.js';
import { SendTestEvent } from '../commands/send-test-event.js';
import { deliveryErrors } from '../errors.js';
import { GetRecovery } from '../queries/get-recovery.js';
import { ownEndpoint } from './portal-access.js';
import { recoveryView, viewOfRecovery } from './recovery-view.js';

const replayBody = z.strictObject({
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }).optional(),
  eventTypes: endpointReplayRequest.shape.eventTypes,
  dryRun: endpointReplayRequest.shape.dryRun,
});
const testView = z
  .object({ eventId: z.string(), deliveryId: z.string() })
  .meta({ id: 'PortalTestEvent' });
const tags = ['Portal'];

/** Tests and replays of a customer's endpoints. */
@Controller('v1/portal')
export class PortalSendingController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('endpoints/:id/test')
  @Answers(
    { 202: testView },
    {
      summary: 'Send a test to one of your endpoints',
      description: 'A signed message of the type `signalbox.test`, by the way of all messages.',
      scope: 'portal:send',
      errors: [deliveryErrors.endpointNotFound],
      tags,
    },
  )
  async test(@Param('id') endpointId: string, @Portal() caller: PortalCaller) {
    await ownEndpoint(this.queries, caller, endpointId);
    const { tenant, tokenId: askedBy } = caller;
    return this.commands.execute(new SendTestEvent({ tenant, endpointId, askedBy }));
  }

  @Post('endpoints/:id/replay')
  @Answers(
    { 200: endpointReplayPlanSchema, 202: recoveryView },
    {
      summary: 'Replay to one of your endpoints what rules send there, or count it',
      scope: 'portal:send',
      errors: [
        deliveryErrors.endpointNotFound,
        deliveryErrors.recoveryIsEmpty,
        deliveryErrors.tooManyRecoveries,
      ],
      tags,
    },
  )
  async replay(
    @Param('id') endpointId: string,
    @Body({ schema: replayBody }) body: z.output<typeof replayBody>,
    @Portal() caller: PortalCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await ownEndpoint(this.queries, caller, endpointId);
    const { tenant, tokenId: by } = caller;
    const request = { ...body, match: 'rules' as const };
    const command = new ReplayToEndpoint({ tenant, endpointId, by, request });
    const answer = await this.commands.execute(command);
    if ('dryRun' in answer) return answer;
    void reply.code(202).header('location', `/v1/portal/replays/${answer.id}`);
    return viewOfRecovery(answer);
  }

  @Get('replays/:id')
  @Answers(
    { 200: recoveryView },
    {
      summary: 'Read a replay to one of your endpoints with how far it is',
      scope: 'portal:read',
      errors: [deliveryErrors.recoveryNotFound],
      tags,
    },
  )
  async replayState(@Param('id') id: string, @Portal() caller: PortalCaller) {
    const { tenant, endpointIds } = caller;
    const recovery = await this.queries.execute(new GetRecovery({ tenant, id }));
    const { kind, selection } = recovery.task;
    const isOwn = endpointIds === null || endpointIds.includes(selection.endpointId ?? '');
    if (kind !== 'replay' || !isOwn) {
      throw deliveryErrors.recoveryNotFound(`There is no replay ${id}.`);
    }
    return viewOfRecovery(recovery);
  }
}
