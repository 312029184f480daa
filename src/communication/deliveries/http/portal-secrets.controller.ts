import { Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { Portal, type PortalCaller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { AddEndpointSecret } from '../commands/add-endpoint-secret.js';
import { RemoveEndpointSecret } from '../commands/remove-endpoint-secret.js';
import { deliveryErrors } from '../errors.js';
import { endpointSecretView, viewOfEndpoint, viewOfSecret } from './endpoint-view.js';
import { ownEndpoint } from './portal-access.js';

const secretsView = z.object({ items: z.array(endpointSecretView) }).meta({ id: 'PortalSecrets' });
const tags = ['Portal'];

/** `/v1/portal/endpoints/{id}/secrets`: add one, change the receiver, remove the old one. */
@Controller('v1/portal/endpoints/:id/secrets')
export class PortalSecretsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Answers(
    { 200: secretsView },
    {
      summary: 'List the secrets of one of your endpoints, without their values',
      scope: 'portal:secrets',
      errors: [deliveryErrors.endpointNotFound],
      tags,
    },
  )
  async list(@Param('id') id: string, @Portal() caller: PortalCaller) {
    const endpoint = await ownEndpoint(this.queries, caller, id);
    return { items: viewOfEndpoint(endpoint).secrets };
  }

  @Post()
  @Answers(
    { 201: endpointSecretView },
    {
      summary: 'Add a secret that Signalbox makes',
      description: 'Its value is in this answer only. From now on messages are signed by it too.',
      scope: 'portal:secrets',
      errors: [deliveryErrors.endpointNotFound, deliveryErrors.tooManySecrets],
      tags,
    },
  )
  async add(@Param('id') id: string, @Portal() caller: PortalCaller) {
    await ownEndpoint(this.queries, caller, id);
    const input = AddEndpointSecret.contract.input.parse({ tenant: caller.tenant, endpointId: id });
    const added = await this.commands.execute(new AddEndpointSecret(input));
    return viewOfSecret(added.secret, added.madeSecret);
  }

  @Delete(':secretId')
  @Answers(
    { 204: null },
    {
      summary: 'Remove a secret from one of your endpoints',
      scope: 'portal:secrets',
      errors: [
        deliveryErrors.endpointNotFound,
        deliveryErrors.secretNotFound,
        deliveryErrors.lastSecret,
      ],
      tags,
    },
  )
  async remove(
    @Param('id') endpointId: string,
    @Param('secretId') secretId: string,
    @Portal() caller: PortalCaller,
  ): Promise<void> {
    await ownEndpoint(this.queries, caller, endpointId);
    const { tenant } = caller;
    await this.commands.execute(new RemoveEndpointSecret({ tenant, endpointId, secretId }));
  }
}
