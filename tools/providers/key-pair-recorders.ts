import { generateKeyPairSync, sign } from 'node:crypto';
import { post, textOf } from './message.ts';
import { jsonBodies, type Recorder } from './recorder.ts';

function ed25519() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const bare = publicKey.export({ format: 'jwk' }).x ?? '';
  return { privateKey, text: Buffer.from(bare, 'base64url').toString('base64') };
}
const telnyxKey = ed25519();

const telnyx: Recorder = {
  provider: 'telnyx',
  package: 'telnyx',
  file: 'telnyx/lib/webhooks.js',
  secret: telnyxKey.text,
  otherSecret: ed25519().text,
  bodies: jsonBodies,
  signs: false,
  sign: (_library, draft) => {
    const time = String(draft.nowMs / 1_000);
    const signed = Buffer.concat([Buffer.from(`${time}|`), draft.body]);
    return post(draft, {
      'telnyx-signature-ed25519': sign(null, signed, telnyxKey.privateKey).toString('base64'),
      'telnyx-timestamp': time,
    });
  },
  accepts: async (library, message, key) => {
    const TelnyxWebhook = library.TelnyxWebhook as new (key: string) => {
      verify(body: string, headers: object): Promise<void>;
    };
    await new TelnyxWebhook(key).verify(textOf(message), message.headers);
    return true;
  },
};

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const rsaPem = String(publicKey.export({ format: 'pem', type: 'spki' }));
const audience = 'https://hooks.example/push';
const serviceAccount = 'push@project.iam.gserviceaccount.com';

function token(nowMs: number, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'RS256', kid: 'k1', typ: 'JWT' })}.${part({ iat: nowMs / 1_000, ...claims })}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
}

const googlePubsub: Recorder = {
  provider: 'google-pubsub',
  package: 'google-auth-library',
  secret: audience,
  otherSecret: `${audience}/other`,
  settings: { serviceAccount },
  remoteKeys: { 'https://www.googleapis.com/oauth2/v3/certs': [rsaPem] },
  bodies: jsonBodies.slice(0, 1),
  signs: false,
  sign: (_library, draft) => {
    const iss = 'https://accounts.google.com';
    const exp = draft.nowMs / 1_000 + 3_600;
    const claims = { iss, aud: audience, email: serviceAccount, email_verified: true, exp };
    return post(draft, { authorization: `Bearer ${token(draft.nowMs, claims)}` });
  },
  accepts: async (library, { headers }, aud) => {
    const OAuth2Client = library.OAuth2Client as new () => {
      verifySignedJwtWithCertsAsync(
        jwt: string,
        certs: object,
        audience: string,
        issuers: string[],
      ): Promise<{ getPayload(): { email: string } }>;
    };
    const jwt = (headers.authorization ?? '').replace(/^bearer +/i, '');
    const issuers = ['accounts.google.com', 'https://accounts.google.com'];
    const certs = { k1: rsaPem };
    const ticket = await new OAuth2Client().verifySignedJwtWithCertsAsync(jwt, certs, aud, issuers);
    return ticket.getPayload().email === serviceAccount;
  },
};

const otherRsaKey = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey;

/** Wix sends the token itself as the body. */
const wix: Recorder = {
  provider: 'wix',
  package: '@wix/sdk',
  file: '@wix/sdk/build/auth/AppStrategy.js',
  secret: rsaPem,
  otherSecret: String(otherRsaKey.export({ format: 'pem', type: 'spki' })),
  bodies: ['{"eventType":"wix.stores.v1.product_created","data":"{}"}'],
  signs: false,
  sign: (_library, draft) => {
    const claims = { data: textOf(draft), exp: draft.nowMs / 1_000 + 3_600 };
    const body = Buffer.from(token(draft.nowMs, claims));
    return post({ ...draft, body }, { 'content-type': 'text/plain' });
  },
  accepts: async (library, message, publicKey) => {
    const strategy = library.AppStrategy as (options: object) => {
      decodeJWT(token: string): Promise<{ valid: boolean }>;
    };
    return (await strategy({ appId: 'a', publicKey }).decodeJWT(textOf(message))).valid;
  },
};

/** Recorders of packages that judge with a public key; the private ones are made for one run. */
export const keyPairRecorders: readonly Recorder[] = [googlePubsub, telnyx, wix];
