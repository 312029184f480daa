import { DomainError } from '#shared-kernel/domain/domain-error.js';
import {
  addSecret as addSecretOf,
  newSource as newSourceOf,
  newSourceToken,
  removeSecret,
  type SourceDraft,
} from './source-decisions.js';
import { defaultSourceOptions } from './source-options.js';
import { knownProvider } from './source-provider.js';
import type { Source, SourceSecret } from './source.js';

function secret(id: string, value = `value of ${id}`): SourceSecret {
  return { id, value, createdAtMs: 1, expiresAtMs: null };
}

function draft(overrides: Partial<SourceDraft> = {}): SourceDraft {
  return {
    id: 'src_1',
    tenant: 'default',
    name: 'orders',
    provider: 'github',
    settings: null,
    secrets: [secret('a')],
    dedupeKey: null,
    options: defaultSourceOptions,
    token: newSourceToken(new Uint8Array(16)),
    createdAtMs: 1,
    ...overrides,
  };
}

function newSource(made: SourceDraft): Source {
  return newSourceOf(made, knownProvider(made.provider));
}

function addSecret(source: Source, added: SourceSecret): Source {
  return addSecretOf(source, added, knownProvider(source.provider));
}

const manySecrets = (count: number) => Array.from({ length: count }, (_, n) => secret(`s${n}`));

function errorOf(action: () => unknown): DomainError {
  try {
    action();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a new source', () => {
  it('begins at revision 1 with the settings of its provider filled in', () => {
    const source = newSource(draft({ provider: 'hmac', settings: { header: 'X-Signature' } }));
    expect(source).toMatchObject({
      revision: 1,
      settings: { header: 'x-signature', algorithm: 'sha256' },
      secrets: [{ id: 'a' }],
    });
    expect(newSource(draft()).settings).toBeNull();
  });

  it('refuses settings that its provider does not have', () => {
    expect(errorOf(() => newSource(draft({ settings: {} }))).code).toBe(
      'webhooks.invalid-provider-settings',
    );
  });

  it('needs a secret and takes ten', () => {
    expect(errorOf(() => newSource(draft({ secrets: [] }))).fields).toEqual([
      { path: 'secrets', fault: 'must hold at least one secret' },
    ]);
    expect(newSource(draft({ secrets: manySecrets(10) })).secrets).toHaveLength(10);
    expect(errorOf(() => newSource(draft({ secrets: manySecrets(11) }))).code).toBe(
      'webhooks.too-many-secrets',
    );
  });

  it('names the secret that its provider could not use, and does not repeat it', () => {
    const secrets = [secret('a', 'whsec_AAAA'), secret('b', 'not base64!')];
    const error = errorOf(() => newSource(draft({ provider: 'standard-webhooks', secrets })));
    expect(error).toMatchObject({
      code: 'webhooks.invalid-secret',
      fields: [{ path: 'secrets.1', fault: 'is not base64 after an optional whsec_' }],
    });
    expect(error.message).not.toContain('not base64!');
  });
});

describe('adding a secret', () => {
  it('puts it last and counts the change', () => {
    const before = newSource(draft());
    const after = addSecret(before, secret('b'));
    expect(after).toEqual({ ...before, secrets: [secret('a'), secret('b')], revision: 2 });
    expect(before.secrets).toHaveLength(1);
  });

  it('ends at ten', () => {
    const full = newSource(draft({ secrets: manySecrets(10) }));
    expect(errorOf(() => addSecret(full, secret('b')))).toMatchObject({
      code: 'webhooks.too-many-secrets',
      definition: { status: 409 },
    });
  });

  it('refuses one that the provider could not use', () => {
    expect(errorOf(() => addSecret(newSource(draft()), secret('b', ' padded '))).fields).toEqual([
      { path: 'value', fault: 'must not begin or end with a blank or a line break' },
    ]);
  });
});

describe('removing a secret', () => {
  it('keeps the others and counts the change', () => {
    const source = newSource(draft({ secrets: [secret('a'), secret('b')] }));
    expect(removeSecret(source, 'a')).toEqual({ ...source, secrets: [secret('b')], revision: 2 });
  });

  it('is refused for the last one', () => {
    expect(errorOf(() => removeSecret(newSource(draft()), 'a'))).toMatchObject({
      code: 'webhooks.last-secret',
      definition: { status: 409 },
    });
  });

  it('is refused for one that the source does not have', () => {
    expect(errorOf(() => removeSecret(newSource(draft()), 'b')).code).toBe(
      'webhooks.secret-not-found',
    );
  });
});

describe('a source token', () => {
  it('holds all random bytes in letters that an address can carry', () => {
    const bytes = Uint8Array.from({ length: 24 }, (_, n) => 255 - n);
    const token = newSourceToken(bytes);
    expect(token).toMatch(/^[A-Za-z0-9_-]{32}$/);
    expect(Buffer.from(token, 'base64url')).toEqual(Buffer.from(bytes));
  });

  it('is not made of less than 128 bits', () => {
    expect(() => newSourceToken(new Uint8Array(15))).toThrow('at least 16 random bytes');
  });
});
