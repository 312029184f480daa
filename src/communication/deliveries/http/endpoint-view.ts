import { z } from 'zod';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { GetEndpoint } from '../queries/get-endpoint.js';

const state = GetEndpoint.contract.result;
type EndpointState = z.infer<typeof state>;
type SecretState = EndpointState['secrets'][number];

/** A secret of an endpoint as the API shows it. */
export const endpointSecretView = z
  .object({
    id: z.string().meta({ examples: ['sec_019ab0c5d3f07a6e8d5b2f1c4e7a9b42'] }),
    kind: state.shape.secrets.element.shape.kind,
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable().meta({ description: 'When it stops to sign.' }),
    publicKey: z.string().nullable().meta({
      description: '`whpk_` and the public key in base64, with which receivers verify `v1a`.',
    }),
    value: z.string().optional().meta({ description: 'Only once, when Signalbox made it.' }),
  })
  .meta({ id: 'EndpointSecret' });

const validationView = state.shape.validationState
  .unwrap()
  .omit({ checkedAtMs: true })
  .extend({
    ratePerMinute: z.int().nullable().meta({
      description: 'What the receiver allows; null when it sets no limit.',
    }),
    checkedAt: z.iso.datetime().nullable(),
  });

/** An endpoint as the API shows it. */
export const endpointView = state
  .omit({ secrets: true, validationState: true, createdAtMs: true, revision: true })
  .extend({
    validationState: validationView.nullable(),
    secrets: z.array(endpointSecretView),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Endpoint' });

/** @param madeSecret value of the first secret when it was made just now */
export function viewOfEndpoint(
  endpoint: EndpointState,
  madeSecret: string | null = null,
): z.infer<typeof endpointView> {
  const { secrets, validationState, createdAtMs, revision: _revision, ...facts } = endpoint;
  return {
    ...facts,
    validationState: validationState === null ? null : viewOfValidation(validationState),
    secrets: secrets.map((secret, index) => viewOfSecret(secret, index === 0 ? madeSecret : null)),
    createdAt: isoTime(createdAtMs),
  };
}

/** @param madeSecret its value when it was made just now */
export function viewOfSecret(
  { createdAtMs, expiresAtMs, ...facts }: SecretState,
  madeSecret: string | null,
): z.infer<typeof endpointSecretView> {
  const times = { createdAt: isoTime(createdAtMs), expiresAt: timeOrNull(expiresAtMs) };
  return { ...facts, ...times, ...(madeSecret === null ? {} : { value: madeSecret }) };
}

function viewOfValidation({
  checkedAtMs,
  ...facts
}: NonNullable<EndpointState['validationState']>) {
  return { ...facts, checkedAt: timeOrNull(checkedAtMs) };
}

function timeOrNull(timeMs: number | null): string | null {
  return timeMs === null ? null : isoTime(timeMs);
}
