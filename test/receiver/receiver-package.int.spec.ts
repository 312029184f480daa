import { execFile } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { signMessage } from '#communication/deliveries/domain/sign-message.js';
import type * as Receiver from '../../tools/receiver/verify.js';

const run = promisify(execFile);
const bytesMax = 5_000;
const mutations = 2_000;
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const body = '{"type":"order.paid","data":{"total":42,"name":"Zoë"}}';

let folder: string;
let packed: string;
let receiver: typeof Receiver;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-receiver-'));
  const options = { cwd: 'tools/receiver' };
  await run('npm', ['pack', '--silent', '--pack-destination', folder], options);
  const target = join(folder, 'node_modules/signalbox-receiver');
  mkdirSync(target, { recursive: true });
  const tarball = join(folder, 'signalbox-receiver-0.1.0.tgz');
  await run('tar', ['-xzf', tarball, '-C', target, '--strip-components', '1']);
  packed = join(target, 'verify.js');
  receiver = (await import(pathToFileURL(packed).href)) as typeof Receiver;
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type SignedHeaders = Readonly<Record<string, string>>;

const nowSeconds = () => Math.floor(Date.now() / 1_000);

function signed(text = body, id = 'evt_1', at = nowSeconds(), key = secret): SignedHeaders {
  const signature = new Webhook(key).sign(id, new Date(at * 1_000), text);
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': signature };
}

/** The code that a message is refused with, null when it is taken. */
async function faultOf(...args: Parameters<typeof receiver.verify>): Promise<string | null> {
  try {
    await receiver.verify(...args);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(receiver.WebhookVerificationError);
    return (error as Receiver.WebhookVerificationError).code;
  }
}

describe('the package', () => {
  it('is small, installs by name, and needs nothing else', async () => {
    expect(statSync(packed).size).toBeLessThan(bytesMax);
    const { stdout } = await run('tar', ['-tzf', join(folder, 'signalbox-receiver-0.1.0.tgz')]);
    expect(stdout.trim().split('\n').sort()).toEqual([
      'package/README.md',
      'package/package.json',
      'package/verify.d.ts',
      'package/verify.js',
    ]);
    const program = `
      import { verify } from 'signalbox-receiver';
      const [headers, body, secret] = process.argv.slice(1);
      console.log(JSON.stringify(await verify(JSON.parse(headers), body, secret)));`;
    const args = ['--input-type=module', '--eval', program, JSON.stringify(signed()), body, secret];
    const result = await run(process.execPath, args, { cwd: folder });
    expect(JSON.parse(result.stdout)).toEqual(JSON.parse(body));
  });
});

describe('verify', () => {
  const payload: unknown = JSON.parse(body);

  it('takes what the official libraries and our own signer sign', async () => {
    expect(await receiver.verify(signed(), body, secret)).toEqual(payload);
    const svix = new SvixWebhook(secret).sign('evt_1', new Date(), body);
    const headers = { ...signed(), 'webhook-signature': svix };
    expect(await receiver.verify(headers, Buffer.from(body), secret)).toEqual(payload);
    const own = signMessage({
      secrets: [`whsec_${Buffer.alloc(24, 1).toString('base64')}`, secret],
      messageId: 'evt_2',
      timestampSeconds: nowSeconds(),
      body: Buffer.from(body),
    });
    expect(await receiver.verify({ ...own }, new TextEncoder().encode(body), secret)).toEqual(
      payload,
    );
  });

  it('takes headers of fetch, names in any case, and any one of several secrets', async () => {
    const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
    expect(await receiver.verify(new Headers(signed()), body, [other, secret])).toEqual(payload);
    const shouting = Object.fromEntries(
      Object.entries(signed()).map(([name, value]) => [name.toUpperCase(), value]),
    );
    expect(await receiver.verify(shouting, body, secret)).toEqual(payload);
    expect(await faultOf(signed(), body, other)).toBe('signature-mismatch');
  });

  it('gives bytes when asked, and nothing for an empty body', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0x80]);
    const timestampSeconds = nowSeconds();
    const own = {
      ...signMessage({ secrets: [secret], messageId: 'e', timestampSeconds, body: bytes }),
    };
    const given = await receiver.verify(own, bytes, secret, { parse: false });
    expect(Buffer.from(given)).toEqual(bytes);
    expect(await faultOf(own, bytes, secret)).toBe('body-invalid');
    expect(await receiver.verify(signed(''), '', secret)).toBeUndefined();
  });

  it('takes v1a, made by keys that Node made, beside v1 or alone', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
    const whpk = `whpk_${raw.toString('base64')}`;
    const at = nowSeconds();
    const made = sign(null, Buffer.from(`evt_1.${at}.${body}`), privateKey).toString('base64');
    const both = `${signed()['webhook-signature']} v1a,${made}`;
    const headers = { ...signed(body, 'evt_1', at), 'webhook-signature': both };
    expect(await receiver.verify(headers, body, whpk)).toEqual(payload);
    expect(await faultOf(headers, `${body} `, whpk)).toBe('signature-mismatch');
    expect(await faultOf(signed(), body, whpk)).toBe('signature-mismatch');
    // The text of a v1a signature under the name of v1, and the other way round.
    const renamed = { ...headers, 'webhook-signature': `v1,${made}` };
    expect(await faultOf(renamed, body, [whpk, secret])).toBe('signature-mismatch');
    const flood = `${'v1a,AAAA '.repeat(10)}v1a,${made}`;
    const flooded = { ...headers, 'webhook-signature': flood };
    expect(await faultOf(flooded, body, whpk)).toBe('signature-mismatch');
  });

  it('looks at the clock in both directions, to the second', async () => {
    const at = 1_700_000_000;
    const headers = signed(body, 'evt_1', at);
    const faultAt = (seconds: number, toleranceSeconds?: number) =>
      faultOf(headers, body, secret, {
        nowMs: seconds * 1_000,
        ...(toleranceSeconds === undefined ? {} : { toleranceSeconds }),
      });
    expect(await faultAt(at + 300)).toBeNull();
    expect(await faultAt(at + 301)).toBe('timestamp-too-old');
    expect(await faultAt(at - 300)).toBeNull();
    expect(await faultAt(at - 301)).toBe('timestamp-too-new');
    expect(await faultAt(at + 11, 10)).toBe('timestamp-too-old');
    expect(await faultAt(at, Number.NaN)).toBe('timestamp-too-new');
  });

  it.each([
    [{ 'webhook-id': '' }, 'headers-missing'],
    [{ 'webhook-signature': undefined }, 'headers-missing'],
    [{ 'webhook-id': ['a', 'b'] }, 'headers-missing'],
    [{ 'webhook-timestamp': 'soon' }, 'timestamp-invalid'],
    [{ 'webhook-timestamp': `${nowSeconds()}x` }, 'timestamp-invalid'],
    [{ 'webhook-signature': 'v1' }, 'signature-mismatch'],
  ])('refuses headers with %j', async (overrides, code) => {
    expect(await faultOf({ ...signed(), ...overrides }, body, secret)).toBe(code);
  });

  it.each(['', 'whsec_', 'whsec_short', secret.slice(6), `${secret}=`, 'whpk_AAAA', []])(
    'refuses the secret %j without telling it',
    async (wrong) => {
      const failing = receiver.verify(signed(), body, wrong);
      await expect(failing).rejects.toMatchObject({
        code: 'secret-invalid',
        message: expect.not.stringContaining(secret.slice(6)),
      });
    },
  );
});

/** Numbers that are the same in every run (mulberry32). */
function randomFrom(seed: number) {
  let state = seed;
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const alphabet = 'ABab01+/=,. v\u00e9';

/** A text with one character replaced, removed, added, or two exchanged. */
function mutated(text: string, random: (below: number) => number): string {
  const at = random(text.length);
  const letter = alphabet[random(alphabet.length)] ?? '';
  switch (random(4)) {
    case 0:
      return text.slice(0, at) + letter + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + text.slice(at + 1);
    case 2:
      return text.slice(0, at) + letter + text.slice(at);
    default:
      return text.slice(0, at) + (text[at + 1] ?? '') + (text[at] ?? '') + text.slice(at + 2);
  }
}

it('is never laxer than the official library over two thousand mutations', async () => {
  const random = randomFrom(42);
  let refused = 0;
  let stricter = 0;
  for (let round = 0; round < mutations; round++) {
    const headers: Record<string, string> = { ...signed(body, `evt_${round}`) };
    let text = body;
    let key = secret;
    const names = Object.keys(headers);
    const part = random(names.length + 2);
    const name = names[part];
    if (name !== undefined) headers[name] = mutated(headers[name] ?? '', random);
    else if (part === names.length) text = mutated(text, random);
    else key = `whsec_${mutated(secret.slice(6), random)}`;
    const ours = await faultOf(headers, text, key);
    const isTaken = officialTakes(headers, text, key);
    if (ours === null) expect([round, isTaken]).toEqual([round, true]);
    else refused++;
    if (ours !== null && isTaken) stricter++;
  }
  // What is left is the message as it was: a letter exchanged for itself, or a twin.
  expect(refused).toBeGreaterThan(1_000);
  // parseInt takes a timestamp with anything behind it, and the library any form of base64.
  expect(stricter).toBeLessThan(mutations * 0.05);
});

function officialTakes(headers: SignedHeaders, text: string, key: string): boolean {
  try {
    new Webhook(key).verify(text, headers);
    return true;
  } catch {
    return false;
  }
}

it('needs of its runtime only what browsers have', async () => {
  const code = readFileSync(packed, 'utf8').replaceAll(/^export /gm, '');
  const { crypto, atob, btoa, TextEncoder, TextDecoder } = globalThis;
  const context = createContext({ crypto, atob, btoa, TextEncoder, TextDecoder });
  const verify = runInContext(`${code}; verify`, context) as typeof receiver.verify;
  expect(await verify(signed(), body, secret)).toMatchObject({ type: 'order.paid' });
  await expect(verify(signed(), `${body} `, secret)).rejects.toMatchObject({
    code: 'signature-mismatch',
  });
});
