import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json, pair } from './scheme-parts.js';
import { standardWebhooks } from './standard-webhooks.js';

/** Auth0's log streams repeat the token that they were given, and sign nothing. */
const auth0: ShippedProvider = {
  name: 'auth0',
  title: 'Auth0 (log streams)',
  docs: 'https://auth0.com/docs/customize/log-streams/custom-log-streams',
  proof: { kind: 'unconfirmed' },
  signature: { algorithm: { kind: 'token' }, place: header('authorization'), bodyUnsigned: true },
  eventType: [json('0.data.type')],
  eventTime: { place: json('0.data.date'), unit: 'iso' },
};

const clerk: ShippedProvider = {
  ...standardWebhooks,
  name: 'clerk',
  title: 'Clerk',
  docs: 'https://clerk.com/docs/guides/development/webhooks/overview',
  proof: { kind: 'sdk', package: '@clerk/backend' },
  eventTime: { place: json('timestamp'), unit: 'milliseconds' },
};

/** FusionAuth with a shared key; the token holds the hash of the body. */
const fusionauth: ShippedProvider = {
  name: 'fusionauth',
  title: 'FusionAuth',
  docs: 'https://fusionauth.io/docs/extend/events-and-webhooks/signing',
  proof: { kind: 'independent', package: 'jose' },
  signature: {
    algorithm: {
      kind: 'jwt',
      algorithms: ['HS256', 'HS384', 'HS512'],
      bodyClaim: { path: 'request_body_sha256', form: 'sha256-base64' },
    },
    place: header('x-fusionauth-signature-jwt'),
  },
  deliveryId: json('event.id'),
  eventType: [json('event.type')],
  eventTime: { place: json('event.createInstant'), unit: 'milliseconds' },
};

/** The body is a token; the secret is the address of the keys: the domain's `/.well-known/jwks`. */
const kinde: ShippedProvider = {
  name: 'kinde',
  title: 'Kinde',
  docs: 'https://docs.kinde.com/integrate/webhooks/about-webhooks/',
  proof: { kind: 'sdk', package: '@kinde/webhooks' },
  signature: {
    algorithm: { kind: 'jwt', algorithms: ['RS256'], claims: [{ path: 'event_id' }] },
    place: { kind: 'body' },
    remoteKeys: { kind: 'jwks' },
  },
  deliveryId: json('event_id'),
  eventType: [json('type')],
  eventTime: { place: json('timestamp'), unit: 'iso' },
  document: { kind: 'jwt' },
};

const logto: ShippedProvider = {
  name: 'logto',
  title: 'Logto',
  docs: 'https://docs.logto.io/developers/webhooks/secure-webhooks',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('logto-signature-sha-256'),
    signed: '{body}',
  },
  eventType: [json('event')],
  eventTime: { place: json('createdAt'), unit: 'iso' },
};

/** Okta's event hooks repeat a secret; before the first one Okta asks for an answer. */
const okta: ShippedProvider = {
  name: 'okta',
  title: 'Okta (event hooks)',
  docs: 'https://developer.okta.com/docs/concepts/event-hooks/',
  proof: { kind: 'unconfirmed' },
  signature: { algorithm: { kind: 'token' }, place: header('authorization'), bodyUnsigned: true },
  deliveryId: json('eventId'),
  eventType: [json('data.events.0.eventType')],
  eventTime: { place: json('eventTime'), unit: 'iso' },
  handshakes: [
    {
      method: 'GET',
      when: [{ at: header('x-okta-verification-challenge') }],
      answer: { json: { verification: '{header:x-okta-verification-challenge}' } },
    },
  ],
};

const stytch: ShippedProvider = {
  ...standardWebhooks,
  name: 'stytch',
  title: 'Stytch',
  docs: 'https://stytch.com/docs/guides/dashboard/webhooks',
  proof: {
    kind: 'standard',
    package: 'svix',
    url: 'https://stytch.com/docs/guides/dashboard/webhooks',
  },
  eventType: [json('event_type'), json('action')],
};

const workos: ShippedProvider = {
  name: 'workos',
  title: 'WorkOS',
  docs: 'https://workos.com/docs/events/data-syncing/webhooks',
  proof: { kind: 'sdk', package: '@workos-inc/node' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: pair('workos-signature', 'v1'),
    signed: '{timestamp}.{body}',
    timestamp: {
      place: pair('workos-signature', 't'),
      unit: 'milliseconds',
      pastSeconds: 180,
      futureSeconds: 180,
    },
  },
  deliveryId: json('id'),
  eventType: [json('event')],
  eventTime: { place: json('created_at'), unit: 'iso' },
};

/** Who people are, and how they sign in. */
export const identityProviders: readonly ShippedProvider[] = [
  auth0,
  clerk,
  fusionauth,
  kinde,
  logto,
  okta,
  stytch,
  workos,
];
