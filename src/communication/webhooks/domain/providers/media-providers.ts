import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json, pair, within } from './scheme-parts.js';
import { standardWebhooks } from './standard-webhooks.js';

/** Zoom asks for an HMAC of its token when the address is given, and every 72 hours again. */
const zoom: ShippedProvider = {
  name: 'zoom',
  title: 'Zoom',
  docs: 'https://developers.zoom.us/docs/api/webhooks/#verify-webhook-events',
  proof: { kind: 'sdk', package: '@zoom/rivet' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: { ...header('x-zm-signature'), prefix: 'v0=' },
    signed: 'v0:{timestamp}:{body}',
    timestamp: within(300, header('x-zm-request-timestamp')),
  },
  deliveryId: header('x-zm-trackingid'),
  eventType: [json('event')],
  eventTime: { place: json('event_ts'), unit: 'milliseconds' },
  handshakes: [
    {
      method: 'POST',
      when: [{ at: json('event'), equals: 'endpoint.url_validation' }],
      answer: {
        json: {
          plainToken: '{json:payload.plainToken}',
          encryptedToken: { hmac: 'sha256', encoding: 'hex', of: '{json:payload.plainToken}' },
        },
      },
    },
  ],
};

const twitch: ShippedProvider = {
  name: 'twitch',
  title: 'Twitch EventSub',
  docs: 'https://dev.twitch.tv/docs/eventsub/handling-webhook-events/',
  proof: { kind: 'sdk', package: '@twurple/eventsub-http' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: { ...header('twitch-eventsub-message-signature'), prefix: 'sha256=' },
    signed: '{id}{timestamp}{body}',
    timestamp: within(600, header('twitch-eventsub-message-timestamp'), 'iso'),
  },
  deliveryId: header('twitch-eventsub-message-id'),
  eventType: [json('subscription.type'), header('twitch-eventsub-subscription-type')],
  eventTime: { place: header('twitch-eventsub-message-timestamp'), unit: 'iso' },
  handshakes: [
    {
      method: 'POST',
      when: [
        {
          at: header('twitch-eventsub-message-type'),
          equals: 'webhook_callback_verification',
        },
      ],
      answer: { text: '{json:challenge}' },
    },
  ],
};

/** LiveKit: a token without `Bearer` that holds the hash of the body. */
const livekit: ShippedProvider = {
  name: 'livekit',
  title: 'LiveKit',
  docs: 'https://docs.livekit.io/home/server/webhooks/',
  proof: { kind: 'sdk', package: 'livekit-server-sdk' },
  settings: { apiKey: { description: 'The API key beside the secret.', required: true } },
  signature: {
    algorithm: {
      kind: 'jwt',
      algorithms: ['HS256'],
      bodyClaim: { path: 'sha256', form: 'sha256-base64' },
      claims: [{ path: 'iss', setting: 'apiKey' }, { path: 'exp' }],
      leewaySeconds: 10,
    },
    place: header('authorization'),
  },
  deliveryId: json('id'),
  eventType: [json('event')],
  eventTime: { place: json('createdAt'), unit: 'seconds' },
};

const mux: ShippedProvider = {
  name: 'mux',
  title: 'Mux',
  docs: 'https://www.mux.com/docs/core/verify-webhook-signatures',
  proof: { kind: 'sdk', package: '@mux/mux-node' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: pair('mux-signature', 'v1'),
    signed: '{timestamp}.{body}',
    timestamp: within(300, pair('mux-signature', 't')),
  },
  deliveryId: json('id'),
  eventType: [json('type')],
  eventTime: { place: json('created_at'), unit: 'iso' },
};

/** Cloudinary hashes body, time and secret; accounts may have chosen SHA-256 instead of SHA-1. */
function cloudinary(name: string, hash: 'sha1' | 'sha256', title: string): ShippedProvider {
  return {
    name,
    title,
    docs: 'https://cloudinary.com/documentation/notification_signatures',
    proof: { kind: 'sdk', package: 'cloudinary' },
    signature: {
      algorithm: { kind: 'hash', hash },
      encoding: 'hex',
      place: header('x-cld-signature'),
      signed: '{body}{timestamp}{secret}',
      timestamp: {
        place: header('x-cld-timestamp'),
        unit: 'seconds',
        pastSeconds: 7_200,
        futureSeconds: 300,
      },
    },
    deliveryId: json('request_id'),
    eventType: [json('notification_type')],
    eventTime: { place: json('timestamp'), unit: 'iso' },
  };
}

const liveblocks: ShippedProvider = {
  ...standardWebhooks,
  name: 'liveblocks',
  title: 'Liveblocks',
  docs: 'https://liveblocks.io/docs/platform/webhooks',
  proof: { kind: 'sdk', package: '@liveblocks/node' },
};

/** Meetings, streams, pictures and films. */
export const mediaProviders: readonly ShippedProvider[] = [
  cloudinary('cloudinary', 'sha1', 'Cloudinary'),
  cloudinary('cloudinary-sha256', 'sha256', 'Cloudinary (accounts with SHA-256)'),
  liveblocks,
  livekit,
  mux,
  twitch,
  zoom,
];
