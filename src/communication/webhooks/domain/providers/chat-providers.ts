import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json, within } from './scheme-parts.js';

const signedByDiscord = {
  algorithm: { kind: 'ed25519' },
  encoding: 'hex',
  place: header('x-signature-ed25519'),
  signed: '{timestamp}{body}',
  timestamp: within(900, header('x-signature-timestamp')),
} as const;

/** Discord's interactions; a ping is answered with a pong, also while the address is checked. */
const discord: ShippedProvider = {
  name: 'discord',
  title: 'Discord (interactions)',
  docs: 'https://docs.discord.com/developers/interactions/overview',
  proof: { kind: 'sdk', package: 'discord-interactions' },
  signature: signedByDiscord,
  deliveryId: json('id'),
  eventType: [json('data.name'), json('type')],
  handshakes: [
    {
      method: 'POST',
      when: [{ at: json('type'), equals: '1' }],
      answer: { json: { type: 1 } },
    },
  ],
};

/** Discord's webhook events number their types anew: here 0 is the ping, and 1 is an event. */
const discordEvents: ShippedProvider = {
  name: 'discord-events',
  title: 'Discord (webhook events)',
  docs: 'https://docs.discord.com/developers/events/webhook-events',
  proof: { kind: 'sdk', package: 'discord-interactions' },
  signature: signedByDiscord,
  eventType: [json('event.type')],
  eventTime: { place: json('event.timestamp'), unit: 'iso' },
  handshakes: [
    { method: 'POST', when: [{ at: json('type'), equals: '0' }], answer: { status: 204 } },
  ],
};

const line: ShippedProvider = {
  name: 'line',
  title: 'LINE',
  docs: 'https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/',
  proof: { kind: 'sdk', package: '@line/bot-sdk' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'base64',
    place: header('x-line-signature'),
    signed: '{body}',
  },
  deliveryId: json('events.0.webhookEventId'),
  eventType: [json('events.0.type')],
  eventTime: { place: json('events.0.timestamp'), unit: 'milliseconds' },
};

/** Telegram sends back the token that was given to it; nothing is signed. */
const telegram: ShippedProvider = {
  name: 'telegram',
  title: 'Telegram',
  docs: 'https://core.telegram.org/bots/api#setwebhook',
  proof: { kind: 'independent', package: 'grammy' },
  signature: {
    algorithm: { kind: 'token' },
    place: header('x-telegram-bot-api-secret-token'),
    bodyUnsigned: true,
  },
  deliveryId: json('update_id'),
};

/**
 * Facebook, Instagram, Messenger, WhatsApp and Threads. Meta signs the bytes that it sends, in
 * which letters beyond ASCII are escaped.
 */
const meta: ShippedProvider = {
  name: 'meta',
  title: 'Meta (Facebook, Instagram, WhatsApp)',
  docs: 'https://developers.facebook.com/docs/graph-api/webhooks/getting-started',
  proof: { kind: 'independent', package: 'whatsapp-api-js' },
  settings: {
    verifyToken: {
      description: 'The verify token that was typed in at Meta beside the address.',
      required: true,
    },
  },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: { ...header('x-hub-signature-256'), prefix: 'sha256=' },
    signed: '{body}',
  },
  eventType: [json('entry.0.changes.0.field'), json('object')],
  handshakes: [
    {
      method: 'GET',
      when: [
        { at: { kind: 'query', name: 'hub.mode' }, equals: 'subscribe' },
        { at: { kind: 'query', name: 'hub.verify_token' }, setting: 'verifyToken' },
      ],
      answer: { text: '{query:hub.challenge}' },
    },
  ],
};

/** Crisp signs the JSON in brackets together with the time. */
const crisp: ShippedProvider = {
  name: 'crisp',
  title: 'Crisp',
  docs: 'https://docs.crisp.chat/guides/web-hooks/signature/',
  proof: { kind: 'sdk', package: 'crisp-api' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-crisp-signature'),
    signed: '[{timestamp};{body}]',
    timestamp: within(600, header('x-crisp-request-timestamp'), 'milliseconds'),
  },
  deliveryId: header('x-crisp-delivery-id'),
  eventType: [json('event')],
  eventTime: { place: json('timestamp'), unit: 'milliseconds' },
};

const stream: ShippedProvider = {
  name: 'stream',
  title: 'Stream Chat',
  docs: 'https://getstream.io/chat/docs/node/webhooks_overview/',
  proof: { kind: 'sdk', package: 'stream-chat' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-signature'),
    signed: '{body}',
  },
  deliveryId: header('x-webhook-id'),
  eventType: [json('type')],
  eventTime: { place: json('created_at'), unit: 'iso' },
};

/** Pusher names the key of the app beside the signature; the secret belongs to that key. */
const pusher: ShippedProvider = {
  name: 'pusher',
  title: 'Pusher Channels',
  docs: 'https://pusher.com/docs/channels/server_api/webhooks/',
  proof: { kind: 'sdk', package: 'pusher' },
  settings: { appKey: { description: 'The key of the app, beside its secret.', required: true } },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-pusher-signature'),
    signed: '{body}',
    requires: [
      { at: header('x-pusher-key'), setting: 'appKey' },
      { at: header('content-type'), equals: 'application/json' },
    ],
  },
  eventType: [json('events.0.name')],
  eventTime: { place: json('time_ms'), unit: 'milliseconds' },
};

/** Chat and what is built on it. */
export const chatProviders: readonly ShippedProvider[] = [
  crisp,
  discord,
  discordEvents,
  line,
  meta,
  pusher,
  stream,
  telegram,
];
