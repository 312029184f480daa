import { z } from 'zod';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { GetEndpoint } from '../queries/get-endpoint.js';

const state = GetEndpoint.contract.result;
type EndpointState = z.infer<typeof state>;

/** A secret of an endpoint as the API shows it. */
export const endpointSecretView = z
  .object({
    id: z.string().meta({ examples: ['sec_019ab0c5d3f07a6e8d5b2f1c4e7a9b42'] }),
    createdAt: z.iso.datetime(),
    value: z.string().optional().meta({ description: 'Only once, when Signalbox made it.' }),
  })
  .meta({ id: 'EndpointSecret' });

/** An endpoint as the API shows it. */
export const endpointView = state
  .omit({ secrets: true, createdAtMs: true, revision: true })
  .extend({ secrets: z.array(endpointSecretView), createdAt: z.iso.datetime() })
  .meta({ id: 'Endpoint' });

/** @param madeSecret value of the first secret when it was made just now */
export function viewOfEndpoint(
  endpoint: EndpointState,
  madeSecret: string | null = null,
): z.infer<typeof endpointView> {
  const { secrets, createdAtMs, revision: _revision, ...facts } = endpoint;
  return {
    ...facts,
    secrets: secrets.map((secret, index) => {
      const shown = { id: secret.id, createdAt: isoTime(secret.createdAtMs) };
      return madeSecret !== null && index === 0 ? { ...shown, value: madeSecret } : shown;
    }),
    createdAt: isoTime(createdAtMs),
  };
}
