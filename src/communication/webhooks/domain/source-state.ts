import { z } from 'zod';
import { sourceOptionsSchema } from './source-options.js';
import type { Source } from './source.js';

/** A source as others may see it: everything but the values of its secrets. */
export const sourceStateSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  provider: z.string(),
  settings: z.record(z.string(), z.unknown()).nullable(),
  secrets: z.array(
    z.strictObject({
      id: z.string(),
      createdAtMs: z.int(),
      expiresAtMs: z.int().nullable(),
      /** To the minute; null when it was never used, absent where nobody looked. */
      lastUsedAtMs: z.int().nullable().optional(),
    }),
  ),
  dedupeKey: z.record(z.string(), z.string()).nullable(),
  options: sourceOptionsSchema,
  token: z.string(),
  createdAtMs: z.int(),
  revision: z.int(),
});

export type SourceState = z.infer<typeof sourceStateSchema>;

export function sourceState(source: Source): SourceState {
  const { id, name, provider, settings, dedupeKey, options, token } = source;
  return {
    id,
    name,
    provider,
    settings: settings === null ? null : { ...settings },
    secrets: source.secrets.map((secret) => ({
      id: secret.id,
      createdAtMs: secret.createdAtMs,
      expiresAtMs: secret.expiresAtMs,
    })),
    dedupeKey: dedupeKey === null ? null : { ...dedupeKey },
    options,
    token,
    createdAtMs: source.createdAtMs,
    revision: source.revision,
  };
}
