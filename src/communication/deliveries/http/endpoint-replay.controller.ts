import { Body, Controller, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import {
  endpointReplayPlanSchema,
  endpointReplayRequest,
  ReplayToEndpoint,
} from '../commands/replay-to-endpoint.js';
import { deliveryErrors } from '../errors.js';
import { recoveryView, viewOfRecovery } from './recovery-view.js';

/** `/v1/endpoints/{id}/replay`: events of the log once more, for one endpoint. */
@Controller('v1/endpoints/:id/replay')
export class EndpointReplayController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Answers(
    { 200: endpointReplayPlanSchema, 202: recoveryView },
    {
      summary: 'Replay events of the log to an endpoint, or count them',
      description:
        'Events from outside, in the order of the log. What the endpoint has had goes again, ' +
        'with the same message id; what is due already is left alone.',
      scope: 'operator',
      errors: [
        deliveryErrors.endpointNotFound,
        deliveryErrors.recoveryIsEmpty,
        deliveryErrors.tooManyRecoveries,
      ],
      tags: ['Endpoints'],
    },
  )
  async replay(
    @Param('id') endpointId: string,
    @Body({ schema: endpointReplayRequest }) request: z.output<typeof endpointReplayRequest>,
    @Caller() { tenant, keyId: by }: ApiCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const command = new ReplayToEndpoint({ tenant, endpointId, by, request });
    const answer = await this.commands.execute(command);
    if ('dryRun' in answer) return answer;
    void reply.code(202).header('location', `/v1/deliveries/recoveries/${answer.id}`);
    return viewOfRecovery(answer);
  }
}
