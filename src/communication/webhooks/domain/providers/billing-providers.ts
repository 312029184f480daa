import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json, within } from './scheme-parts.js';
import { standardWebhooks } from './standard-webhooks.js';

const lithic: ShippedProvider = {
  ...standardWebhooks,
  name: 'lithic',
  title: 'Lithic',
  docs: 'https://docs.lithic.com/docs/events-api#verifying-webhooks',
  proof: { kind: 'sdk', package: 'lithic' },
  eventType: [json('event_type')],
};

/** Orb writes the time without a zone, and means UTC. */
const orb: ShippedProvider = {
  name: 'orb',
  title: 'Orb',
  docs: 'https://docs.withorb.com/integrations-and-exports/webhooks',
  proof: { kind: 'sdk', package: 'orb-billing' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: { ...header('x-orb-signature'), prefix: 'v1=', separator: ' ' },
    signed: 'v1:{timestamp}:{body}',
    timestamp: within(300, header('x-orb-timestamp'), 'iso-utc'),
  },
  deliveryId: json('id'),
  eventType: [json('type')],
  eventTime: { place: json('created_at'), unit: 'iso' },
};

/** Standard Webhooks, but the key is the text of the secret as it is shown, not its base64. */
const polar: ShippedProvider = {
  ...standardWebhooks,
  name: 'polar',
  title: 'Polar',
  docs: 'https://polar.sh/docs/integrate/webhooks/delivery',
  proof: { kind: 'sdk', package: '@polar-sh/sdk' },
  signature: { ...standardWebhooks.signature, algorithm: hmac('sha256') },
};

/** Chargebee signs nothing: user and password are what it was given beside the address. */
const chargebee: ShippedProvider = {
  name: 'chargebee',
  title: 'Chargebee',
  docs: 'https://www.chargebee.com/docs/billing/2.0/site-configuration/webhook_settings',
  proof: { kind: 'sdk', package: 'chargebee' },
  signature: {
    algorithm: { kind: 'basic' },
    place: { kind: 'authorization', scheme: 'Basic' },
    bodyUnsigned: true,
  },
  deliveryId: json('id'),
  eventType: [json('event_type')],
  eventTime: { place: json('occurred_at'), unit: 'seconds' },
};

/** Subscriptions, cards and what is billed for. */
export const billingProviders: readonly ShippedProvider[] = [chargebee, lithic, orb, polar];
