import { webhookErrors } from '../errors.js';
import type { KnownProvider } from './known-provider.js';
import { secretsMax, type Source, type SourceSecret } from './source.js';

/** What a source is made of, before its settings and secrets are checked. */
export type SourceDraft = Omit<Source, 'settings' | 'revision'> & { readonly settings: unknown };

const tokenBytesMin = 16;

/**
 * A new source with the defaults of its provider's settings filled in.
 *
 * @throws DomainError `invalid-provider-settings`, `invalid-secret`, `too-many-secrets`
 */
export function newSource(draft: SourceDraft, provider: KnownProvider): Source {
  const source = {
    ...draft,
    settings: provider.settingsOf(draft.settings),
    secrets: [],
    revision: 1,
  };
  if (draft.secrets.length === 0) {
    throw webhookErrors.invalidSecret('A source needs at least one secret.', {
      fields: [{ path: 'secrets', fault: 'must hold at least one secret' }],
    });
  }
  if (draft.secrets.length > secretsMax) throw tooManySecrets();
  draft.secrets.forEach((secret, index) => {
    assertFits(source, secret, `secrets.${index}`, provider);
  });
  return { ...source, secrets: draft.secrets };
}

/** @throws DomainError `too-many-secrets`, `invalid-secret` */
export function addSecret(source: Source, secret: SourceSecret, provider: KnownProvider): Source {
  if (source.secrets.length >= secretsMax) throw tooManySecrets();
  assertFits(source, secret, 'value', provider);
  return changed(source, [...source.secrets, secret]);
}

/**
 * @throws DomainError `secret-not-found`, and `last-secret`: without one, every webhook would be
 * refused
 */
export function removeSecret(source: Source, secretId: string): Source {
  const kept = source.secrets.filter((secret) => secret.id !== secretId);
  if (kept.length === source.secrets.length) {
    throw webhookErrors.secretNotFound(`The source ${source.id} has no secret ${secretId}.`);
  }
  if (kept.length === 0) {
    throw webhookErrors.lastSecret('A source keeps at least one secret: add the new one first.');
  }
  return changed(source, kept);
}

/**
 * Sets when a secret ends by itself, or that it does not.
 *
 * @throws DomainError `secret-not-found`
 */
export function expireSecret(source: Source, secretId: string, expiresAtMs: number | null): Source {
  if (!source.secrets.some(({ id }) => id === secretId)) {
    throw webhookErrors.secretNotFound(`The source ${source.id} has no secret ${secretId}.`);
  }
  return changed(
    source,
    source.secrets.map((secret) => (secret.id === secretId ? { ...secret, expiresAtMs } : secret)),
  );
}

/**
 * The unguessable part of a source's address.
 *
 * @param randomBytes at least 16 bytes (128 bits) from a cryptographic source
 */
export function newSourceToken(randomBytes: Uint8Array): string {
  if (randomBytes.length < tokenBytesMin) {
    throw new Error(`a source token needs at least ${tokenBytesMin} random bytes`);
  }
  return Buffer.from(randomBytes).toString('base64url');
}

function changed(source: Source, secrets: readonly SourceSecret[]): Source {
  return { ...source, secrets, revision: source.revision + 1 };
}

function assertFits(
  source: Source,
  secret: SourceSecret,
  path: string,
  provider: KnownProvider,
): void {
  const fault = provider.secretFault(secret.value, source.settings);
  if (fault === null) return;
  throw webhookErrors.invalidSecret(`The secret ${fault}.`, { fields: [{ path, fault }] });
}

function tooManySecrets() {
  return webhookErrors.tooManySecrets(`A source has at most ${secretsMax} secrets.`);
}
