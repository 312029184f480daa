import { Body, Controller, Delete, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { AddEndpointSecret } from '../commands/add-endpoint-secret.js';
import { RemoveEndpointSecret } from '../commands/remove-endpoint-secret.js';
import { deliveryErrors } from '../errors.js';
import { endpointSecretView, viewOfSecret } from './endpoint-view.js';

const secretBody = AddEndpointSecret.contract.input.pick({ value: true, kind: true });
const overlapHoursDefault = 24;
const overlapHours = AddEndpointSecret.contract.input.shape.overlapHours.unwrap().unwrap();
const rotateBody = secretBody.extend({
  overlapHours: overlapHours.default(overlapHoursDefault).meta({
    description: 'Hours in which the old secrets sign too; then they end by themselves.',
  }),
});
const tags = ['Endpoints'];
const addErrors = [
  deliveryErrors.endpointNotFound,
  deliveryErrors.secretInvalid,
  deliveryErrors.tooManySecrets,
];

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
      errors: addErrors,
      tags,
    },
  )
  async add(
    @Param('endpointId') endpointId: string,
    @Body({ schema: secretBody }) body: z.output<typeof secretBody>,
    @Caller() { tenant }: ApiCaller,
  ) {
    const input = { ...body, tenant, endpointId, overlapHours: null };
    const added = await this.commands.execute(new AddEndpointSecret(input));
    return viewOfSecret(added.secret, added.madeSecret);
  }

  @Post('rotate')
  @Answers(
    { 201: endpointSecretView },
    {
      summary: 'Rotate the secrets of an endpoint',
      description:
        'Adds a secret and lets all others end after the overlap. Until then every message ' +
        'carries signatures of both.',
      scope: 'operator',
      errors: addErrors,
      tags,
    },
  )
  async rotate(
    @Param('endpointId') endpointId: string,
    @Body({ schema: rotateBody }) body: z.output<typeof rotateBody>,
    @Caller() { tenant }: ApiCaller,
  ) {
    const added = await this.commands.execute(
      new AddEndpointSecret({ ...body, tenant, endpointId }),
    );
    return viewOfSecret(added.secret, added.madeSecret);
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
