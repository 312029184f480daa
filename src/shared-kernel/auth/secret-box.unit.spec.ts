import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { SecretBox } from './secret-box.js';
import { loadSecretKey } from './secret-key.js';

const key = randomBytes(32);
const unreadable = expect.objectContaining({ code: 'auth.secret-unreadable' });

describe('a sealed secret', () => {
  const box = new SecretBox(key);

  it('opens with the same key and row, whatever its text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (secret, rowId) => {
        expect(box.open(box.seal(secret, rowId), rowId)).toBe(secret.toWellFormed());
      }),
    );
  });

  it('shows nothing, and is never the same twice', () => {
    const [one, other] = [box.seal('whsec_123', 'sec_1'), box.seal('whsec_123', 'sec_1')];
    expect(one).toMatch(/^v1\.[\w-]{8}\.[\w-]+$/);
    expect(one).not.toBe(other);
    expect(Buffer.from(one.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain(
      'whsec',
    );
  });

  it('does not open in another row, with another key, changed, or cut short', () => {
    const sealed = box.seal('whsec_123', 'sec_1');
    const attempts = [
      () => box.open(sealed, 'sec_2'),
      () => new SecretBox(randomBytes(32)).open(sealed, 'sec_1'),
      () => box.open(sealed.replace('v1.', 'v2.'), 'sec_1'),
      () => box.open(sealed.slice(0, 20), 'sec_1'),
      () => box.open('', 'sec_1'),
    ];
    for (const attempt of attempts) {
      let caught: unknown;
      try {
        attempt();
      } catch (error) {
        caught = error;
      }
      expect(caught).toEqual(unreadable);
    }
  });

  it('does not open with any one bit flipped', () => {
    const sealed = box.seal('whsec_123', 'sec_1');
    const [version, fingerprint, payload = ''] = sealed.split('.');
    const bytes = Buffer.from(payload, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const attempt = () =>
        box.open(`${version}.${fingerprint}.${changed.toString('base64url')}`, 'sec_1');
      expect(attempt).toThrow('changed after it was sealed');
    }
  });
});

describe('the key that seals', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-key-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('comes from the settings when they have one, and then makes no file', () => {
    const secretKey = Buffer.from(key).toString('base64');
    expect(loadSecretKey({ secretKey, dataFolder: folder })).toEqual(key);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is made once, for its owner only, and found again', () => {
    const dataFolder = join(folder, 'new', 'data');
    const made = loadSecretKey({ dataFolder });
    expect(made).toHaveLength(32);
    expect(readdirSync(dataFolder)).toEqual(['secret.key']);
    expect(statSync(join(dataFolder, 'secret.key')).mode & 0o777).toBe(0o600);
    expect(loadSecretKey({ dataFolder })).toEqual(made);
  });

  it('is never replaced when its file is damaged or unreadable', () => {
    const file = join(folder, 'secret.key');
    writeFileSync(file, 'c2hvcnQ=');
    expect(() => loadSecretKey({ dataFolder: folder })).toThrow('restore it');
    expect(readFileSync(file, 'utf8')).toBe('c2hvcnQ=');
    expect(() => loadSecretKey({ dataFolder: file })).toThrow('ENOTDIR');
  });
});
