import { jwtParts } from './jwt-parts.js';
import type { ProviderScheme } from './provider-scheme.js';
import type { WantedKeys } from './provider-servers.js';
import { textAt } from './read-place.js';
import { signaturesIn } from './read-signatures.js';
import { isPinned } from './remote-key.js';
import type { RequestReader } from './request-reader.js';
import { secretFormOf } from './secret-form.js';
import { keyOf } from './secret-key.js';
import type { SigningSecret } from './source.js';
import { isBound } from './usable-keys.js';

/**
 * Which keys the check of this request needs from the provider's server; null when it needs none,
 * or when no key could make it verify. Nothing is asked for a stranger: the request must have a
 * signature, name a source that is ours, and an address on a pinned host.
 */
export function wantedKeys(
  { signature }: ProviderScheme,
  secrets: readonly SigningSecret[],
  request: RequestReader,
): WantedKeys | null {
  const { remoteKeys } = signature;
  if (remoteKeys === undefined) return null;
  const form = secretFormOf(signature);
  const own = secrets.find(
    (secret) => keyOf(secret, form) !== null && isBound(signature, secret.value, request),
  );
  const [first] = signaturesIn(signature, request) ?? [];
  if (own === undefined || first === undefined) return null;
  if (remoteKeys.kind === 'certificate') {
    const url = textAt(remoteKeys.url, request);
    if (url === undefined || !isPinned(url, remoteKeys.hosts)) return null;
    return { kind: 'certificate', url };
  }
  const token =
    signature.algorithm.kind === 'jwt'
      ? jwtParts(Buffer.from(first).toString('latin1'))
      : undefined;
  if (signature.algorithm.kind === 'jwt' && token === undefined) return null;
  return { kind: 'jwks', url: remoteKeys.url ?? own.value, keyId: token?.keyId };
}
