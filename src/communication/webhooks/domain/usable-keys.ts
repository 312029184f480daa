import type { KeyObject } from 'node:crypto';
import { equalTexts } from './equal-texts.js';
import type { NamedKey } from './match-signature.js';
import type { ProviderScheme, SignatureScheme } from './provider-scheme.js';
import { textAt } from './read-place.js';
import type { RequestReader } from './request-reader.js';
import { secretFormOf } from './secret-form.js';
import { keyOf } from './secret-key.js';
import type { SigningSecret } from './source.js';
import { secretsMax } from './source.js';

/** Where keys come from. */
interface KeySources {
  readonly scheme: ProviderScheme;
  readonly secrets: readonly SigningSecret[];
  readonly remoteKeys?: readonly KeyObject[];
}

/**
 * The keys that a signature may be made with, `none` when no secret can be used. Of remote keys,
 * one for each secret whose own text binds the webhook to the source.
 */
export function usableKeys(
  { scheme, secrets, remoteKeys = [] }: KeySources,
  request: RequestReader,
): NamedKey[] | 'none' {
  const { signature } = scheme;
  const form = secretFormOf(signature);
  const keys: NamedKey[] = [];
  for (const secret of secrets.slice(0, secretsMax)) {
    const key = keyOf(secret, form);
    if (key !== null) keys.push({ secretId: secret.id, secret: secret.value, key });
  }
  if (keys.length === 0) return 'none';
  if (signature.remoteKeys === undefined) return keys;
  return keys
    .filter(({ secret }) => isBound(signature, secret, request))
    .flatMap((named) => remoteKeys.map((key) => ({ ...named, key })));
}

/** Whether a webhook says in clear that it is for the source with this secret. */
export function isBound(
  { binding }: SignatureScheme,
  secret: string,
  request: RequestReader,
): boolean {
  if (binding === undefined) return true;
  const text = textAt(binding, request);
  return text !== undefined && equalTexts(text, secret);
}
