import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';

const browser = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const body = '{"type":"order.paid"}';

function messageFor() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const at = Math.floor(Date.now() / 1_000);
  const v1 = new Webhook(secret).sign('evt_1', new Date(at * 1_000), body);
  const v1a = sign(null, Buffer.from(`evt_1.${at}.${body}`), privateKey).toString('base64');
  const headers = {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(at),
    'webhook-signature': `${v1} v1a,${v1a}`,
  };
  return { headers, body, secret, publicKey: `whpk_${raw.toString('base64')}` };
}

const page = `<!doctype html><script type="module">
  import { verify } from '/verify.js';
  const { headers, body, secret, publicKey } = MESSAGE;
  const tried = async (...args) => {
    try { return await verify(...args); } catch (error) { return error.code ?? String(error); }
  };
  const results = [
    await tried(headers, body, secret),
    await tried(new Headers(headers), new TextEncoder().encode(body), secret),
    await tried(headers, body + ' ', secret),
    await tried(headers, body, publicKey),
  ];
  await fetch('/results', { method: 'POST', body: JSON.stringify(results) });
</script>`;

(browser === undefined ? it.skip : it)(
  'verifies in a browser (skipped where there is no Chromium)',
  async () => {
    const profile = mkdtempSync(join(tmpdir(), 'signalbox-browser-'));
    const { promise, resolve } = Promise.withResolvers<string>();
    const server = createServer((incoming, response) => {
      void answer(incoming, response, resolve);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const options = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`];
    const address = `http://127.0.0.1:${port}/`;
    const child = spawn(browser ?? '', [...options, address], { stdio: 'ignore' });
    try {
      const [v1, bytes, changed, v1a] = JSON.parse(await promise) as unknown[];
      const payload: unknown = JSON.parse(body);
      expect([v1, bytes, changed]).toEqual([payload, payload, 'signature-mismatch']);
      // A browser that is older than its Ed25519 says so, and takes nothing.
      if (typeof v1a === 'string') expect(v1a).toMatch(/NotSupportedError|Unrecognized/);
      else expect(v1a).toEqual(payload);
    } finally {
      await end(child);
      server.closeAllConnections();
      server.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  },
  60_000,
);

async function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  resolve: (results: string) => void,
): Promise<void> {
  switch (incoming.url) {
    case '/verify.js':
      response.setHeader('content-type', 'text/javascript');
      response.end(readFileSync('tools/receiver/verify.js'));
      return;
    case '/results':
      resolve(Buffer.concat(await incoming.toArray()).toString());
      response.end();
      return;
    default:
      response.setHeader('content-type', 'text/html');
      response.end(page.replace('MESSAGE', JSON.stringify(messageFor())));
  }
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}
