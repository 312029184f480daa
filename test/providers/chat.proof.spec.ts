import { generateKeyPairSync, sign } from 'node:crypto';
import { createRequire } from 'node:module';
import { Crisp } from 'crisp-api';
import { verifyKey } from 'discord-interactions';
import { StreamChat } from 'stream-chat';
import { hmacOf, post, textOf } from '../../tools/providers/message.ts';
import { type OutsideParty } from './outside-party.js';
import { proveAll } from './prove-provider.js';

const secret = 'q3Jd8sKe0aLw7fYx';
const otherSecret = 'q3Jd8sKe0aLw7fYy';

function ed25519Key() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: publicKey.export({ format: 'jwk' }).x ?? '' };
}
const discordKey = ed25519Key();
const hexOf = (base64url: string) => Buffer.from(base64url, 'base64url').toString('hex');

const discord: Omit<OutsideParty, 'provider'> = {
  package: 'discord-interactions',
  signs: false,
  secret: hexOf(discordKey.publicKey),
  otherSecret: hexOf(ed25519Key().publicKey),
  bodies: 'bytes',
  sign: (draft) => {
    const time = String(draft.nowMs / 1_000);
    const signature = sign(
      null,
      Buffer.concat([Buffer.from(time), draft.body]),
      discordKey.privateKey,
    );
    return post(draft, {
      'x-signature-ed25519': signature.toString('hex'),
      'x-signature-timestamp': time,
    });
  },
  accepts: ({ headers, body }, key) =>
    verifyKey(
      body,
      headers['x-signature-ed25519'] ?? '',
      headers['x-signature-timestamp'] ?? '',
      key,
    ),
};

const crispClient = new Crisp();
const crisp: OutsideParty = {
  provider: 'crisp',
  package: 'crisp-api',
  signs: false,
  secret,
  otherSecret,
  sign: (draft) => {
    const signed = `[${draft.nowMs};${textOf(draft)}]`;
    return post(draft, {
      'x-crisp-signature': hmacOf('sha256', secret, 'hex', signed),
      'x-crisp-request-timestamp': String(draft.nowMs),
    });
  },
  accepts: (message, key) =>
    crispClient.verifyWidget(
      key,
      JSON.parse(textOf(message)) as object,
      message.headers['x-crisp-request-timestamp'] as never,
      message.headers['x-crisp-signature'] ?? '',
    ),
};

interface PusherToken {
  sign(text: string): string;
}
type PusherRequest = { headers: Readonly<Record<string, string>>; rawBody: string };
// The package has no types.
const require = createRequire(import.meta.url);
const Token = require('pusher/lib/token') as new (key: string, secret: string) => PusherToken;
const WebHook = require('pusher/lib/webhook') as new (
  token: PusherToken,
  request: PusherRequest,
) => { isValid(): boolean };

const pusher: OutsideParty = {
  provider: 'pusher',
  package: 'pusher',
  signs: true,
  secret,
  otherSecret,
  settings: { appKey: 'app-key-1' },
  sign: (draft) =>
    post(draft, {
      'x-pusher-key': 'app-key-1',
      'x-pusher-signature': new Token('app-key-1', secret).sign(textOf(draft)),
      'content-type': 'application/json',
    }),
  accepts: (message, key) =>
    new WebHook(new Token('app-key-1', key), {
      headers: message.headers,
      rawBody: textOf(message),
    }).isValid(),
};

const stream: OutsideParty = {
  provider: 'stream',
  package: 'stream-chat',
  signs: false,
  secret,
  otherSecret,
  bodies: 'bytes',
  sign: (draft) => post(draft, { 'x-signature': hmacOf('sha256', secret, 'hex', draft.body) }),
  accepts: ({ body, headers }, key) =>
    new StreamChat('key', key).verifyWebhook(Buffer.from(body), headers['x-signature'] ?? ''),
};

proveAll('chat.proof', [
  crisp,
  { ...discord, provider: 'discord' },
  { ...discord, provider: 'discord-events' },
  pusher,
  stream,
]);
