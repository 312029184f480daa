import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { KnownEndpoints } from '../domain/known-endpoints.js';
import { publicJwkOf } from '../domain/signing-key.js';
import { deliveryErrors } from '../errors.js';

/** Receivers take messages that are five minutes old, so a key stays to be read for longer. */
const readAfterEndMs = 600_000;

/** The public keys of an endpoint (RFC 7517, RFC 8037), for whoever asks: they hold no secret. */
export class GetEndpointJwks extends defineQuery({
  name: 'deliveries.get-endpoint-jwks',
  input: z.strictObject({ id: z.string() }),
  result: z.strictObject({
    keys: z.array(
      z.strictObject({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        x: z.string(),
        kid: z.string(),
        use: z.literal('sig'),
        alg: z.literal('EdDSA'),
      }),
    ),
  }),
}) {}

@QueryHandler(GetEndpointJwks)
export class GetEndpointJwksHandler implements IQueryHandler<GetEndpointJwks> {
  constructor(
    private readonly endpoints: KnownEndpoints,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { id } }: GetEndpointJwks) {
    const endpoint = await this.endpoints.find(id);
    if (endpoint === undefined) {
      throw deliveryErrors.endpointNotFound(`There is no endpoint ${id}.`);
    }
    const goneMs = this.clock.now() - readAfterEndMs;
    const keys = endpoint.secrets.flatMap(({ id: kid, value, expiresAtMs }) => {
      const x = publicJwkOf(value)?.x;
      if (x === undefined || (expiresAtMs !== null && expiresAtMs <= goneMs)) return [];
      const kind = { kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA' } as const;
      return [{ ...kind, x, kid }];
    });
    return { keys };
  }
}
