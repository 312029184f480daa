import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clock } from '#shared-kernel/domain/clock.js';
import { migrate } from '#shared-kernel/persistence/migrate.js';
import { SqliteStore } from '#shared-kernel/persistence/sqlite-store.js';
import { apiKeyValue, hashOfSecret, parseApiKey, sameHash } from './api-key.js';
import { ApiKeyStore } from './api-key-store.js';
import { authMigrations } from './auth.migrations.js';
import { CreateApiKey, CreateApiKeyHandler } from './create-api-key.js';
import { KeyVerifier } from './key-verifier.js';

class FixedClock extends Clock {
  now(): number {
    return 1_000;
  }
}

describe('the value of an API key', () => {
  it('has an id to find it by and 256 bits that prove it', () => {
    const secret = new Uint8Array(32).fill(255);
    const value = apiKeyValue(`key_${'ab'.repeat(16)}`, secret);
    expect(value).toBe(`sbx_${'ab'.repeat(16)}_${'_'.repeat(42)}8`);
    expect(parseApiKey(value)).toEqual({
      keyId: `key_${'ab'.repeat(16)}`,
      secret: `${'_'.repeat(42)}8`,
    });
  });

  it.each(['', 'sbx_', `sbx_${'a'.repeat(32)}_short`, `xbs_${'a'.repeat(32)}_${'b'.repeat(43)}`])(
    'is not %j',
    (value) => expect(parseApiKey(value)).toBeUndefined(),
  );

  it('is compared by hashes', () => {
    expect(sameHash(hashOfSecret('a'), hashOfSecret('a'))).toBe(true);
    expect(sameHash(hashOfSecret('a'), hashOfSecret('b'))).toBe(false);
    expect(sameHash(hashOfSecret('a'), 'short')).toBe(false);
  });
});

describe('the verifier of API keys', () => {
  let folder: string;
  let store: SqliteStore;
  let keys: ApiKeyStore;
  const clock = new FixedClock();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-keys-'));
    store = await SqliteStore.open({ file: join(folder, 'test.db') });
    await migrate(store, authMigrations, 0);
    keys = new ApiKeyStore(store);
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  function create(value: string) {
    const details = { name: 'a', scope: 'viewer', tenant: null, value } as const;
    return new CreateApiKeyHandler(keys, clock).execute(new CreateApiKey(details));
  }
  const valueOf = (index: number) =>
    apiKeyValue(`key_${index.toString(16).padStart(32, '0')}`, new Uint8Array(32).fill(index));

  it('trusts a key without a promise once it has found it, until it is told to forget it', async () => {
    const verifier = new KeyVerifier(keys, clock);
    await create(valueOf(1));
    const first = verifier.verify(valueOf(1));
    expect(first).toBeInstanceOf(Promise);
    const key = await first;
    expect(verifier.verify(valueOf(1))).toBe(key);
    verifier.forget('key_of-another');
    expect(verifier.verify(valueOf(1))).toBe(key);
    verifier.forget(key?.id ?? '');
    expect(verifier.verify(valueOf(1))).toBeInstanceOf(Promise);
  });

  it('trusts a bounded number of keys', async () => {
    const verifier = new KeyVerifier(keys, clock, 2);
    for (const index of [11, 12, 13]) {
      await create(valueOf(index));
      await verifier.verify(valueOf(index));
    }
    expect(verifier.verify(valueOf(13))).not.toBeInstanceOf(Promise);
    expect(verifier.verify(valueOf(12))).not.toBeInstanceOf(Promise);
    expect(verifier.verify(valueOf(11))).toBeInstanceOf(Promise);
  });

  it('does not let a key be made twice, or with a value that is none', async () => {
    await create(valueOf(21));
    await expect(create(valueOf(21))).rejects.toMatchObject({ code: 'storage.conflict' });
    await expect(create('nonsense')).rejects.toThrow('form of a key');
  });
});
