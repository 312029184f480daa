import { randomBytes } from 'node:crypto';
import { newId } from '#shared-kernel/domain/ids.js';
import { apiKeySecretBytes, apiKeyValue, hashOfSecret, parseApiKey } from './api-key.js';
import type { ApiKey } from './api-key-store.js';

/** What somebody chooses of a new key. */
export interface ApiKeyDetails extends Pick<ApiKey, 'name' | 'scope' | 'tenant'> {
  /** A value chosen beforehand, for automated installs. */
  readonly value?: string | undefined;
}

/**
 * A new key as it is stored, and its value, which is not kept.
 *
 * @throws Error when the chosen value does not have the form of a key
 */
export function newApiKey({ name, scope, tenant, value: chosen }: ApiKeyDetails, nowMs: number) {
  const value = chosen ?? apiKeyValue(newId('key', nowMs), randomBytes(apiKeySecretBytes));
  const parts = parseApiKey(value);
  if (parts === undefined) throw new Error('the chosen value does not have the form of a key');
  const secretHash = hashOfSecret(parts.secret);
  return { key: { id: parts.keyId, name, scope, tenant, secretHash, createdAtMs: nowMs }, value };
}
