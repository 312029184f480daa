import { webhookErrors } from '../errors.js';
import type { DedupeKey } from './dedupe-key.js';
import type { KnownProvider } from './known-provider.js';
import {
  type SourceOptions,
  type SourceOptionsPatch,
  sourceOptionsSchema,
} from './source-options.js';
import type { Source } from './source.js';

/** A merge patch (RFC 7396) of what may change on a source. */
export interface SourcePatch extends SourceOptionsPatch {
  readonly name?: string | undefined;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  readonly dedupeKey?: DedupeKey | null | undefined;
}

/**
 * The source after the patch, one revision on.
 *
 * @throws DomainError `invalid-provider-settings`, `invalid-source-options`
 */
export function patchSource(source: Source, patch: SourcePatch, provider: KnownProvider): Source {
  const { name, settings, dedupeKey, ...options } = patch;
  return {
    ...source,
    name: name ?? source.name,
    settings:
      settings === undefined
        ? source.settings
        : provider.settingsOf(mergePatch(source.settings, settings)),
    dedupeKey: dedupeKey === undefined ? source.dedupeKey : dedupeKey,
    options: patchedOptions(source.options, options),
    revision: source.revision + 1,
  };
}

/**
 * The options after a patch.
 *
 * @throws DomainError `invalid-source-options` with the faults of each field
 */
export function patchedOptions(options: SourceOptions, patch: SourceOptionsPatch): SourceOptions {
  const parsed = sourceOptionsSchema.safeParse(mergePatch(options, patch));
  if (parsed.success) return parsed.data;
  throw webhookErrors.invalidSourceOptions('Correct the fields of the source.', {
    fields: parsed.error.issues.map(({ path, message }) => ({
      path: path.join('.'),
      fault: message,
    })),
  });
}

/** RFC 7396: objects are merged member by member, null removes a member, all else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else if (value !== undefined) merged.set(name, mergePatch(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
