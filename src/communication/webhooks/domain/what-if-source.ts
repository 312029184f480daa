import { z } from 'zod';
import { dedupeKeySchema } from './dedupe-key.js';
import { patchSource } from './patch-source.js';
import type { KnownProvider } from './known-provider.js';
import { newSource } from './source-decisions.js';
import type { Source } from './source.js';

const secretsMax = 10;

/** What of a source a what-if may change: all that decides about a request. */
export const whatIfPatch = z.strictObject({
  provider: z.string().min(1).max(100).optional(),
  settings: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: 'A merge patch; the whole settings when the provider changes.' }),
  secrets: z
    .array(z.string().min(1).max(4_000))
    .min(1)
    .max(secretsMax)
    .optional()
    .meta({ description: 'In place of all secrets that the source has.' }),
  dedupeKey: dedupeKeySchema.nullable().optional(),
});
export type WhatIfPatch = z.infer<typeof whatIfPatch>;

/**
 * The source as it would be; it is never stored.
 *
 * @param provider that of the patch, or else that of the source
 * @throws DomainError as for a new source with these settings and secrets
 */
export function whatIfSource(
  source: Source,
  patch: WhatIfPatch,
  provider: KnownProvider,
  nowMs: number,
): Source {
  const { settings, secrets: values, dedupeKey } = patch;
  const isSame = provider.name === source.provider;
  const patched = patchSource(source, { dedupeKey, ...(isSame ? { settings } : {}) }, provider);
  const secrets = values?.map((value, index) => {
    const known = source.secrets.find((secret) => secret.value === value);
    const id = `what-if-${index + 1}`;
    return known ?? { id, value, createdAtMs: nowMs, expiresAtMs: null };
  });
  const draft = {
    ...patched,
    provider: provider.name,
    settings: isSame ? patched.settings : (settings ?? null),
    secrets: secrets ?? source.secrets,
  };
  return newSource(draft, provider);
}
