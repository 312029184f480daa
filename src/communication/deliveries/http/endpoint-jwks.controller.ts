import { Controller, Get, Header, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { deliveryErrors } from '../errors.js';
import { GetEndpointJwks } from '../queries/get-endpoint-jwks.js';

const jwksView = GetEndpointJwks.contract.result.meta({ id: 'EndpointKeys' });

/** `/v1/endpoints/{id}/jwks`: the public keys, for receivers, who have no API key. */
@Controller('v1/endpoints/:id/jwks')
export class EndpointJwksController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Header('cache-control', 'public, max-age=300')
  @Answers(
    { 200: jwksView },
    {
      summary: 'Read the public keys of an endpoint',
      description:
        'A JSON Web Key Set of the Ed25519 keys that sign now, or did so ten minutes ago. The ' +
        'key id is that of the secret, and the `keyid` of RFC 9421 signatures.',
      scope: 'public',
      errors: [deliveryErrors.endpointNotFound],
      tags: ['Endpoints'],
    },
  )
  read(@Param('id') id: string) {
    return this.queries.execute(new GetEndpointJwks({ id }));
  }
}
