import { Body, Controller, Delete, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { AddEndpointSecret } from '../commands/add-endpoint-secret.js';
import { RemoveEndpointSecret } from '../commands/remove-endpoint-secret.js';
import { deliveryErrors } from '../errors.js';
import { endpointSecretView } from './endpoint-view.js';

const secretBody = AddEndpointSecret.contract.input.pick({ value: true });
const tags = ['Endpoints'];

/** `/v1/endpoints/{endpointId}/secrets`: rotation. Add one, change the receiver, remove the old. */
@Controller('v1/endpoints/:endpointId/secrets')
export class EndpointSecretsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Answers(
    { 201: endpointSecretView },
    {
      summary: 'Add a secret to an endpoint',
      description: 'From now on every message carries a signature of each secret.',
      scope: 'operator',
      errors: [
        deliveryErrors.endpointNotFound,
        deliveryErrors.secretInvalid,
        deliveryErrors.tooManySecrets,
      ],
      tags,
    },
  )
  async add(
    @Param('endpointId') endpointId: string,
    @Body({ schema: secretBody }) body: z.infer<typeof secretBody>,
    @Caller() { tenant }: ApiCaller,
  ) {
    const input = { ...body, tenant, endpointId };
    const added = await this.commands.execute(new AddEndpointSecret(input));
    const shown = { id: added.secretId, createdAt: isoTime(added.createdAtMs) };
    return added.madeSecret === null ? shown : { ...shown, value: added.madeSecret };
  }

  @Delete(':secretId')
  @Answers(
    { 204: null },
    {
      summary: 'Remove a secret from an endpoint',
      scope: 'operator',
      errors: [
        deliveryErrors.endpointNotFound,
        deliveryErrors.secretNotFound,
        deliveryErrors.lastSecret,
      ],
      tags,
    },
  )
  async remove(
    @Param('endpointId') endpointId: string,
    @Param('secretId') secretId: string,
    @Caller() { tenant }: ApiCaller,
  ): Promise<void> {
    await this.commands.execute(new RemoveEndpointSecret({ tenant, endpointId, secretId }));
  }
}
