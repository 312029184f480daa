import { generateKeyPairSync, sign } from 'node:crypto';
import { createRequire } from 'node:module';
import { Resend } from 'resend';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { post, textOf, type Message } from '../../tools/providers/message.ts';
import { type OutsideParty, succeeds } from './outside-party.js';
import { proveAll } from './prove-provider.js';

const secret = `whsec_${Buffer.from('0123456789abcdefghijklmn').toString('base64')}`;
const otherSecret = `whsec_${Buffer.from('0123456789abcdefghijklmo').toString('base64')}`;

function standardParty(prefix: 'webhook' | 'svix'): Omit<OutsideParty, 'provider' | 'package'> {
  return {
    signs: true,
    secret,
    otherSecret,
    bodies: 'text',
    sign: (draft) =>
      post(draft, {
        [`${prefix}-id`]: 'msg_2Kj',
        [`${prefix}-timestamp`]: String(draft.nowMs / 1_000),
        [`${prefix}-signature`]: new Webhook(secret).sign(
          'msg_2Kj',
          new Date(draft.nowMs),
          textOf(draft),
        ),
      }),
    meaning: ({ headers, body }) => {
      const { [`${prefix}-id`]: id, [`${prefix}-timestamp`]: time } = headers;
      return `${id}.${time}.${Buffer.from(body).toString('latin1')}`;
    },
  };
}

const standard: OutsideParty = {
  ...standardParty('webhook'),
  provider: 'standard-webhooks',
  package: 'standardwebhooks',
  bodies: 'json',
  accepts: (message, key) =>
    succeeds(() => new Webhook(key).verify(textOf(message), message.headers)),
};

const svix: OutsideParty = {
  ...standardParty('svix'),
  provider: 'standard-webhooks',
  package: 'svix',
  bodies: 'json',
  accepts: (message, key) =>
    succeeds(() => new SvixWebhook(key).verify(textOf(message), message.headers)),
};

const resendClient = new Resend('re_123');
const resend: OutsideParty = {
  ...svix,
  provider: 'resend',
  package: 'resend',
  signs: false,
  accepts: (message, webhookSecret) =>
    succeeds(() =>
      resendClient.webhooks.verify({
        payload: textOf(message),
        headers: {
          id: message.headers['svix-id'] ?? '',
          timestamp: message.headers['svix-timestamp'] ?? '',
          signature: message.headers['svix-signature'] ?? '',
        },
        webhookSecret,
      }),
    ),
};

interface SendGridLibrary {
  EventWebhook: new () => {
    convertPublicKeyToECDSA(key: string): unknown;
    verifySignature(key: unknown, body: Buffer, signature: string, time: string): boolean;
  };
}
// The package has no types.
const { EventWebhook } = createRequire(import.meta.url)(
  '@sendgrid/eventwebhook',
) as SendGridLibrary;

function p256Key() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const text = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  return { privateKey, text };
}
const sendgridKey = p256Key();
const header = 'x-twilio-email-event-webhook';

/** Its arithmetic is slow, so equal questions are asked once. */
const answers = new Map<string, boolean>();

function acceptedBySendGrid(message: Message, key: string): boolean {
  const question = JSON.stringify([message.headers, textOf(message), key]);
  const answer = answers.get(question) ?? verifiedBySendGrid(message, key);
  answers.set(question, answer);
  return answer;
}

function verifiedBySendGrid({ headers, body }: Message, key: string): boolean {
  const library = new EventWebhook();
  const publicKey = library.convertPublicKeyToECDSA(key);
  const signature = headers[`${header}-signature`] ?? '';
  const time = headers[`${header}-timestamp`] ?? '';
  return library.verifySignature(publicKey, Buffer.from(body), signature, time);
}

const sendgrid: OutsideParty = {
  provider: 'sendgrid',
  package: '@sendgrid/eventwebhook',
  signs: false,
  secret: sendgridKey.text,
  otherSecret: p256Key().text,
  bodies: 'text',
  sign: (draft) => {
    const time = String(draft.nowMs / 1_000);
    const signed = Buffer.concat([Buffer.from(time), draft.body]);
    return post(draft, {
      [`${header}-signature`]: sign('sha256', signed, sendgridKey.privateKey).toString('base64'),
      [`${header}-timestamp`]: time,
    });
  },
  accepts: acceptedBySendGrid,
};

proveAll('mail.proof', [resend, sendgrid, standard, svix]);
