import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type HttpSink, startHttpSink, type TakenRequest } from '../../tools/support/http-sink.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import { deliverTo, makeRule } from '../support/factories.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';
import { TestAuthority } from '../support/test-certificates.ts';
import { codeBlocks } from './documents.ts';

const guide = 'docs/guides/send-webhooks.md';
const run = promisify(execFile);
const isThere = (program: string) =>
  run(program, ['--help']).then(
    () => true,
    (error: unknown) => Object(error).code !== 'ENOENT',
  );
const tools = await Promise.all(['bash', 'curl', 'openssl', 'base64', 'od'].map(isThere));
const itWithTools = tools.every(Boolean) ? it : it.skip;

let signalbox: TestSignalbox;
let sink: HttpSink;
let folder: string;

beforeAll(async () => {
  signalbox = await runSignalbox();
  sink = await startHttpSink();
  folder = mkdtempSync(join(tmpdir(), 'signalbox-guide-'));
});
afterAll(async () => {
  await signalbox.stop();
  await sink.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Endpoint {
  readonly id: string;
  readonly secrets: readonly { readonly value?: string; readonly publicKey: string | null }[];
}

/** The block of the guide that holds this text, run as written. */
const runBlock = async (holding: string, env: Record<string, string>) => {
  const block = codeBlocks(guide, 'sh').find((code) => code.includes(holding));
  if (block === undefined) throw new Error(`the guide has no commands with ${holding}`);
  const { url: URL, apiKey: KEY } = signalbox;
  const options = { cwd: folder, env: { ...process.env, URL, KEY, ...env } };
  return (await run('bash', ['-e', '-o', 'pipefail', '-c', block], options)).stdout;
};

const newEndpoint = (options: object = {}) =>
  signalbox.api.post<Endpoint>('/v1/endpoints', { name: 'o', url: `${sink.url}/hook`, ...options });

/** One event that the endpoint got, with its body in the file of the guide. */
const delivered = async ({ id }: Endpoint, type: string): Promise<TakenRequest> => {
  const before = sink.taken.length;
  await makeRule(signalbox.api, [deliverTo({ id })], { match: { types: [type] } });
  const event = { specversion: '1.0', id: type, source: '/shop', type, data: { total: 42 } };
  await signalbox.api.post('/v1/events', event);
  const message = await waitFor('the message', () => sink.taken[before]);
  writeFileSync(join(folder, 'body'), message.body);
  return message;
};

const envOf = ({ headers }: TakenRequest) => ({
  webhook_id: String(headers['webhook-id']),
  webhook_timestamp: String(headers['webhook-timestamp']),
  webhook_signature: String(headers['webhook-signature']),
});

describe('the guide to sending webhooks', () => {
  itWithTools('computes the signature of a shared secret by hand', async () => {
    const endpoint = await newEndpoint();
    const message = await delivered(endpoint, 'hand.v1');
    const env = { ...envOf(message), SECRET: endpoint.secrets[0]?.value ?? '' };
    const printed = await runBlock('openssl dgst', env);
    expect(`v1,${printed.trim()}`).toBe(message.headers['webhook-signature']);
  });

  itWithTools('verifies the signature of a pair of keys by hand', async () => {
    const endpoint = await newEndpoint({ secretKind: 'v1a' });
    const message = await delivered(endpoint, 'hand.v1a');
    const env = { ...envOf(message), public_key: endpoint.secrets[0]?.publicKey ?? '' };
    expect(await runBlock('openssl pkeyutl', env)).toMatch(/Verified Successfully/);
    const late = { ...env, webhook_timestamp: '1' };
    await expect(runBlock('openssl pkeyutl', late)).rejects.toThrow();
  });

  it('verifies the signature of a pair of keys in Node, and nothing else', async () => {
    const endpoint = await newEndpoint({ secretKind: 'v1a' });
    const { headers, body } = await delivered(endpoint, 'node.v1a');
    const code = codeBlocks(guide, 'js').find((block) => block.includes('isGenuine')) ?? '';
    const url = `data:text/javascript,${encodeURIComponent(code)}`;
    const script = `
      const { isGenuine } = await import(${JSON.stringify(url)});
      const [headers, body, jwks] = JSON.parse(process.env.CASE);
      const other = Buffer.from(body + ' ');
      const old = { ...headers, 'webhook-timestamp': '1' };
      console.log(isGenuine(headers, Buffer.from(body), jwks), isGenuine(headers, other, jwks),
        isGenuine(old, Buffer.from(body), jwks));`;
    const jwks = await fetch(`${signalbox.url}/v1/endpoints/${endpoint.id}/jwks`);
    const CASE = JSON.stringify([headers, body.toString(), await jwks.json()]);
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...process.env, CASE },
    });
    expect(stdout.trim()).toBe('true false false');
  });

  itWithTools('rotates, and changes what an endpoint asks for', async () => {
    const { id: ENDPOINT } = await newEndpoint();
    const rotated = JSON.parse(await runBlock('secrets/rotate', { ENDPOINT }));
    expect(rotated).toMatchObject({ kind: 'v1', value: expect.stringMatching(/^whsec_/) });
    const changed = JSON.parse(await runBlock('"eventTypes"', { ENDPOINT }));
    expect(changed).toMatchObject({
      eventTypes: ['order.*', 'invoice.paid'],
      headers: { 'x-team': { value: 'orders' }, 'x-api-key': { secret: true, value: null } },
      secrets: [{ expiresAt: expect.any(String) }, { expiresAt: null }],
    });
  });

  itWithTools('sets certificates from files', async () => {
    const { id: ENDPOINT } = await newEndpoint();
    const authority = new TestAuthority();
    const client = authority.issue({ name: 'signalbox' });
    writeFileSync(join(folder, 'ca.pem'), authority.certificate);
    writeFileSync(join(folder, 'client.pem'), client.certificate);
    writeFileSync(join(folder, 'client.key'), client.key);
    expect(JSON.parse(await runBlock('client.pem', { ENDPOINT }))).toMatchObject({
      tls: { clientCertificate: { subject: 'CN=signalbox' } },
    });
  });

  it('shows authentication that the API takes', async () => {
    const { id } = await newEndpoint();
    const block = codeBlocks(guide, 'json').find((code) => code.includes('oauth2')) ?? '';
    const answer = await fetch(`${signalbox.url}/v1/endpoints/${id}`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${signalbox.apiKey}`,
        'content-type': 'application/merge-patch+json',
      },
      body: block,
    });
    expect(await answer.json()).toMatchObject({ auth: { clientId: 'signalbox' } });
  });
});
