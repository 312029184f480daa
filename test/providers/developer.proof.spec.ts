import { createHash, generateKeyPairSync } from 'node:crypto';
import { decodeWebhook } from '@kinde/webhooks';
import { Nango } from '@nangohq/node';
import { WorkOS } from '@workos-inc/node';
import { jwtVerify, SignJWT } from 'jose';
import { validateWebhook } from 'replicate';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { hmacOf, post, textOf } from '../../tools/providers/message.ts';
import { type OutsideParty, succeeds } from './outside-party.js';
import { proveAll } from './prove-provider.js';

const secret = 'q3Jd8sKe0aLw7fYxq3Jd8sKe0aLw7fYx';
const otherSecret = 'q3Jd8sKe0aLw7fYxq3Jd8sKe0aLw7fYy';

const workosClient = new WorkOS('sk_test_123');
const workos: OutsideParty = {
  provider: 'workos',
  package: '@workos-inc/node',
  signs: true,
  secret,
  otherSecret,
  // Its signer writes the JSON itself, so bodies are as it would write them.
  bodies: ['{"event":"user.created"}', '{"id":"evt_1","data":{"name":"Zoë 文"}}', '{}'],
  sign: async (draft) => {
    const payload = JSON.parse(textOf(draft)) as Record<string, unknown>;
    const time = String(draft.nowMs);
    const signature = await workosClient.webhooks.computeSignature(time, payload, secret);
    return post(draft, { 'workos-signature': `t=${time}, v1=${signature}` });
  },
  accepts: (message, key) =>
    succeeds(() =>
      workosClient.webhooks.verifyHeader({
        payload: JSON.parse(textOf(message)) as Record<string, unknown>,
        sigHeader: message.headers['workos-signature'] ?? '',
        secret: key,
      }),
    ),
};

const nango: OutsideParty = {
  provider: 'nango',
  package: '@nangohq/node',
  signs: false,
  secret,
  otherSecret,
  bodies: 'text',
  sign: (draft) =>
    post(draft, { 'x-nango-hmac-sha256': hmacOf('sha256', secret, 'hex', draft.body) }),
  accepts: (message, webhookSigningKey) =>
    new Nango({ apiKey: 'key', webhookSigningKey }).verifyIncomingWebhookRequest(
      textOf(message),
      message.headers,
    ),
};

const standardSecret = `whsec_${Buffer.from(secret).toString('base64')}`;

function standardParty(prefix: 'webhook' | 'svix'): Omit<OutsideParty, 'provider'> {
  const verifier = (key: string) => (prefix === 'svix' ? new SvixWebhook(key) : new Webhook(key));
  return {
    package: prefix === 'svix' ? 'svix' : 'standardwebhooks',
    signs: true,
    secret: standardSecret,
    otherSecret: `whsec_${Buffer.from(otherSecret).toString('base64')}`,
    sign: (draft) =>
      post(draft, {
        [`${prefix}-id`]: 'msg_2Kj',
        [`${prefix}-timestamp`]: String(draft.nowMs / 1_000),
        [`${prefix}-signature`]: verifier(standardSecret).sign(
          'msg_2Kj',
          new Date(draft.nowMs),
          textOf(draft),
        ),
      }),
    accepts: (message, key) =>
      succeeds(() => verifier(key).verify(textOf(message), { ...message.headers })),
    meaning: ({ headers, body }) => {
      const { [`${prefix}-id`]: id, [`${prefix}-timestamp`]: time } = headers;
      return `${id}.${time}.${Buffer.from(body).toString('latin1')}`;
    },
  };
}

/** Its package signs nothing and applies no window. */
const replicate: OutsideParty = {
  ...standardParty('webhook'),
  provider: 'replicate',
  package: 'replicate',
  signs: false,
  accepts: ({ headers, body }, key) =>
    validateWebhook(
      {
        id: headers['webhook-id'] ?? '',
        timestamp: headers['webhook-timestamp'] ?? '',
        signature: headers['webhook-signature'] ?? '',
        body: textOf({ body }),
        secret: key,
      },
      globalThis.crypto,
    ),
};

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('base64');
}

function fusionauth(alg: string): OutsideParty {
  return {
    provider: 'fusionauth',
    package: 'jose',
    signs: true,
    secret: secret + secret,
    otherSecret: secret + otherSecret,
    bodies: 'bytes',
    sign: async (draft) => {
      const token = await new SignJWT({ request_body_sha256: sha256(draft.body) })
        .setProtectedHeader({ alg, typ: 'JWT' })
        .sign(Buffer.from(secret + secret));
      return post(draft, { 'x-fusionauth-signature-jwt': token });
    },
    accepts: async ({ headers, body }, key) => {
      const token = headers['x-fusionauth-signature-jwt'] ?? '';
      const verified = jwtVerify(token, new TextEncoder().encode(key));
      const claims = await verified.then(({ payload }) => payload).catch(() => null);
      return claims?.request_body_sha256 === sha256(body);
    },
  };
}

const kindeDomain = 'https://example.kinde.com';
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const realFetch = globalThis.fetch;

beforeAll(() => {
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'RS256', use: 'sig' };
  globalThis.fetch = () => Promise.resolve(Response.json({ keys: [key] }));
});
afterAll(() => {
  globalThis.fetch = realFetch;
});

/** The secret of a source is the address of the keys, so another domain has other keys. */
const kinde: OutsideParty = {
  provider: 'kinde',
  package: '@kinde/webhooks',
  signs: false,
  secret: `${kindeDomain}/.well-known/jwks`,
  otherSecret: 'https://other.kinde.com/.well-known/jwks',
  remoteKeys: { [`${kindeDomain}/.well-known/jwks`]: [publicKey] },
  bodies: ['{"type":"user.created","event_id":"event_1"}', '{"event_id":"e2","data":{"a":"é"}}'],
  sign: async (draft) => {
    const claims = JSON.parse(textOf(draft)) as Record<string, unknown>;
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'key-1', typ: 'JWT' })
      .sign(privateKey);
    return post({ ...draft, body: Buffer.from(token) }, { 'content-type': 'application/jwt' });
  },
  accepts: async (message) => (await decodeWebhook(textOf(message), kindeDomain)) !== null,
  // A line break behind the token is no part of it.
  meaning: (message) => textOf(message).trim(),
};

proveAll('developer.proof', [
  fusionauth('HS256'),
  fusionauth('HS512'),
  { ...standardParty('webhook'), provider: 'gitlab' },
  { ...standardParty('svix'), provider: 'incident-io' },
  kinde,
  nango,
  { ...standardParty('svix'), provider: 'recall' },
  { ...standardParty('webhook'), provider: 'render' },
  replicate,
  { ...standardParty('svix'), provider: 'stytch' },
  workos,
]);
