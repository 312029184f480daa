import { z } from 'zod';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { GetSource } from '../queries/get-source.js';

/** A source as the API shows it. */
export const sourceView = z
  .object({
    id: z.string().meta({ examples: ['src_019ab0c5d3f07a6e8d5b2f1c4e7a9b3c'] }),
    name: z.string(),
    provider: z.string(),
    settings: z.record(z.string(), z.unknown()).nullable(),
    url: z.string().meta({ description: 'Where the provider sends its webhooks to.' }),
    secrets: z.array(
      z.object({
        id: z.string(),
        createdAt: z.iso.datetime(),
        expiresAt: z.iso.datetime().nullable(),
        lastUsedAt: z.iso.datetime().nullable().optional().meta({
          description: 'To the minute; shown where one source is read.',
        }),
        value: z.string().optional().meta({ description: 'Only once, when Signalbox made it.' }),
      }),
    ),
    dedupeKey: z.record(z.string(), z.string()).nullable(),
    ...GetSource.contract.result.shape.options.shape,
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Source' });

type SourceState = z.infer<typeof GetSource.contract.result>;
type SourceView = z.infer<typeof sourceView>;

/**
 * @param publicUrl where the world reaches this server
 * @param madeSecrets values of secrets that were made just now, in order
 */
export function viewOfSource(
  source: SourceState,
  publicUrl: string,
  madeSecrets: readonly string[] = [],
): SourceView {
  const { id, name, provider, settings, dedupeKey, options, token, createdAtMs } = source;
  return {
    id,
    name,
    provider,
    settings,
    url: `${publicUrl}/hooks/${token}`,
    secrets: source.secrets.map((secret, index) => viewOfSecret(secret, madeSecrets[index])),
    dedupeKey,
    ...options,
    createdAt: isoTime(createdAtMs),
  };
}

function viewOfSecret(secret: SourceState['secrets'][number], value: string | undefined) {
  const { id, createdAtMs, expiresAtMs, lastUsedAtMs } = secret;
  return {
    id,
    createdAt: isoTime(createdAtMs),
    expiresAt: timeOrNull(expiresAtMs),
    ...(lastUsedAtMs === undefined ? {} : { lastUsedAt: timeOrNull(lastUsedAtMs) }),
    ...(value === undefined ? {} : { value }),
  };
}

function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms);
}
