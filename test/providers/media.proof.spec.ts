import { createHash } from 'node:crypto';
import { WebhookHandler } from '@liveblocks/node';
import { encodeSignatureHeader, isValidSignature } from '@sanity/webhook';
import { signWebhookPayload, verifyWebhookSignature } from '@notionhq/client';
import { AwsLambdaReceiver } from '@zoom/rivet/meetings';
import { v2 as cloudinaryLibrary } from 'cloudinary';
import { AccessToken, WebhookReceiver } from 'livekit-server-sdk';
import { hmacOf, post, textOf } from '../../tools/providers/message.ts';
import { type OutsideParty, succeeds } from './outside-party.js';
import { proveAll } from './prove-provider.js';

const secret = 'q3Jd8sKe0aLw7fYxq3Jd8sKe0aLw7fYx';
const otherSecret = 'q3Jd8sKe0aLw7fYxq3Jd8sKe0aLw7fYy';

const notion: OutsideParty = {
  provider: 'notion',
  package: '@notionhq/client',
  signs: true,
  secret,
  otherSecret,
  bodies: 'bytes',
  sign: async (draft) => {
    const signed = { body: draft.body, verificationToken: secret };
    return post(draft, { 'x-notion-signature': await signWebhookPayload(signed) });
  },
  accepts: ({ body, headers }, verificationToken) =>
    verifyWebhookSignature({
      body,
      signature: headers['x-notion-signature'] ?? null,
      verificationToken,
    }),
};

const sanity: OutsideParty = {
  provider: 'sanity',
  package: '@sanity/webhook',
  signs: true,
  secret,
  otherSecret,
  sign: async (draft) => {
    const value = await encodeSignatureHeader(textOf(draft), draft.nowMs, secret);
    return post(draft, { 'sanity-webhook-signature': value });
  },
  accepts: (message, key) =>
    isValidSignature(textOf(message), message.headers['sanity-webhook-signature'] ?? '', key),
};

const zoomSecret = 'zoom-secret-token';
const zoom: OutsideParty = {
  provider: 'zoom',
  package: '@zoom/rivet',
  signs: false,
  secret: zoomSecret,
  otherSecret,
  bodies: ['{"event":"meeting.started","payload":{}}', '{"event":"a","payload":{"b":"é文"}}'],
  sign: (draft) => {
    const time = String(draft.nowMs / 1_000);
    const signed = `v0:${time}:${textOf(draft)}`;
    return post(draft, {
      'x-zm-signature': `v0=${hmacOf('sha256', zoomSecret, 'hex', signed)}`,
      'x-zm-request-timestamp': time,
    });
  },
  accepts: async (message, webhooksSecretToken) => {
    // The library writes every request to the console.
    const { console: realConsole } = globalThis;
    globalThis.console = Object.create(realConsole, { debug: { value: () => undefined } });
    const handler = new AwsLambdaReceiver({ webhooksSecretToken }).start();
    const event = { body: textOf(message), headers: message.headers, isBase64Encoded: false };
    const answer = await handler(event, {});
    globalThis.console = realConsole;
    return answer.statusCode === 200;
  },
};

const apiKey = 'APIkey';
const livekit: OutsideParty = {
  provider: 'livekit',
  package: 'livekit-server-sdk',
  signs: true,
  secret,
  otherSecret,
  settings: { apiKey },
  bodies: ['{"event":"room_started","id":"EV_1"}', '{"event":"room_finished","room":{"name":"é"}}'],
  sign: async (draft) => {
    const token = new AccessToken(apiKey, secret);
    token.sha256 = createHash('sha256').update(draft.body).digest('base64');
    return post(draft, { authorization: await token.toJwt() });
  },
  accepts: (message, key) =>
    succeeds(() =>
      new WebhookReceiver(apiKey, key).receive(textOf(message), message.headers.authorization),
    ),
};

function cloudinary(provider: string, algorithm: 'sha1' | 'sha256'): OutsideParty {
  function configure(api_secret: string): void {
    cloudinaryLibrary.config({
      cloud_name: 'c',
      api_key: 'k',
      api_secret,
      signature_algorithm: algorithm,
    });
  }
  return {
    provider,
    package: 'cloudinary',
    signs: true,
    secret,
    otherSecret,
    sign: (draft) => {
      configure(secret);
      const time = draft.nowMs / 1_000;
      const options = { api_secret: secret, signature_algorithm: algorithm };
      return post(draft, {
        'x-cld-timestamp': String(time),
        'x-cld-signature': cloudinaryLibrary.utils.webhook_signature(textOf(draft), time, options),
      });
    },
    accepts: (message, key) => {
      configure(key);
      return cloudinaryLibrary.utils.verifyNotificationSignature(
        textOf(message),
        Number(message.headers['x-cld-timestamp']),
        message.headers['x-cld-signature'] ?? '',
      );
    },
    meaning: ({ headers, body }) =>
      `${Buffer.from(body).toString('latin1')}${headers['x-cld-timestamp']}`,
  };
}

const blockKey = Buffer.from('0123456789abcdefghijklmn');
const liveblocks: OutsideParty = {
  provider: 'liveblocks',
  package: '@liveblocks/node',
  signs: false,
  secret: `whsec_${blockKey.toString('base64')}`,
  otherSecret: `whsec_${blockKey.toString('base64').replace('M', 'N')}`,
  bodies: ['{"type":"userEntered","data":{}}', '{"type":"roomCreated","data":{"é":1}}'],
  sign: (draft) => {
    const time = String(draft.nowMs / 1_000);
    const signature = hmacOf('sha256', blockKey, 'base64', `msg_1.${time}.`, draft.body);
    return post(draft, {
      'webhook-id': 'msg_1',
      'webhook-timestamp': time,
      'webhook-signature': `v1,${signature}`,
    });
  },
  accepts: (message, key) =>
    succeeds(() =>
      new WebhookHandler(key).verifyRequest({
        headers: message.headers,
        rawBody: textOf(message),
      }),
    ),
};

proveAll('media.proof', [
  cloudinary('cloudinary', 'sha1'),
  cloudinary('cloudinary-sha256', 'sha256'),
  liveblocks,
  livekit,
  notion,
  sanity,
  zoom,
]);
