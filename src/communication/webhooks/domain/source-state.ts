import { z } from 'zod';
import type { Source } from './source.js';

/** A source as others may see it: everything but the values of its secrets. */
export const sourceStateSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  provider: z.string(),
  settings: z.record(z.string(), z.unknown()).nullable(),
  secrets: z.array(z.strictObject({ id: z.string(), createdAtMs: z.int() })),
  dedupeKey: z.record(z.string(), z.string()).nullable(),
  token: z.string(),
  createdAtMs: z.int(),
  revision: z.int(),
});

export type SourceState = z.infer<typeof sourceStateSchema>;

export function sourceState(source: Source): SourceState {
  const { id, name, provider, settings, dedupeKey, token, createdAtMs, revision } = source;
  return {
    id,
    name,
    provider,
    settings: settings === null ? null : { ...settings },
    secrets: source.secrets.map((secret) => ({ id: secret.id, createdAtMs: secret.createdAtMs })),
    dedupeKey: dedupeKey === null ? null : { ...dedupeKey },
    token,
    createdAtMs,
    revision,
  };
}
