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
        value: z.string().optional().meta({ description: 'Only once, when Signalbox made it.' }),
      }),
    ),
    dedupeKey: z.record(z.string(), z.string()).nullable(),
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
  const { id, name, provider, settings, dedupeKey, token, createdAtMs } = source;
  return {
    id,
    name,
    provider,
    settings,
    url: `${publicUrl}/hooks/${token}`,
    secrets: source.secrets.map((secret, index) => {
      const value = madeSecrets[index];
      const shown = { id: secret.id, createdAt: isoTime(secret.createdAtMs) };
      return value === undefined ? shown : { ...shown, value };
    }),
    dedupeKey,
    createdAt: isoTime(createdAtMs),
  };
}
