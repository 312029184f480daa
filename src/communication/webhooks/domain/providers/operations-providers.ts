import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json, pair, within } from './scheme-parts.js';
import { standardWebhooks } from './standard-webhooks.js';

/** Datadog signs nothing; user and password stand in the address that it was given. */
const datadog: ShippedProvider = {
  name: 'datadog',
  title: 'Datadog',
  docs: 'https://docs.datadoghq.com/integrations/webhooks/',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: { kind: 'basic' },
    place: { kind: 'authorization', scheme: 'Basic' },
    bodyUnsigned: true,
  },
  eventType: [json('event_type')],
};

const doppler: ShippedProvider = {
  name: 'doppler',
  title: 'Doppler',
  docs: 'https://docs.doppler.com/docs/webhooks',
  proof: { kind: 'independent', package: '@hookflo/tern' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: { ...header('x-doppler-signature'), prefix: 'sha256=' },
    signed: '{body}',
  },
  eventType: [json('type')],
};

const incidentIo: ShippedProvider = {
  ...standardWebhooks,
  name: 'incident-io',
  title: 'incident.io',
  docs: 'https://docs.incident.io/integrations/webhooks',
  proof: {
    kind: 'standard',
    package: 'svix',
    url: 'https://docs.incident.io/integrations/webhooks',
  },
  eventType: [json('event_type')],
};

const launchdarkly: ShippedProvider = {
  name: 'launchdarkly',
  title: 'LaunchDarkly',
  docs: 'https://launchdarkly.com/docs/home/infrastructure/webhooks#signed-webhooks',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-ld-signature'),
    signed: '{body}',
  },
  deliveryId: json('_id'),
  eventType: [json('kind')],
  eventTime: { place: json('date'), unit: 'milliseconds' },
};

/** PagerDuty signs once for each secret while one is changed. */
const pagerduty: ShippedProvider = {
  name: 'pagerduty',
  title: 'PagerDuty',
  docs: 'https://developer.pagerduty.com/docs/verifying-webhook-signatures',
  proof: {
    kind: 'vector',
    url: 'https://github.com/PagerDuty/go-pagerduty/blob/main/webhookv3/webhookv3_test.go',
  },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: { ...header('x-pagerduty-signature'), prefix: 'v1=', separator: ',' },
    signed: '{body}',
  },
  deliveryId: json('event.id'),
  eventType: [json('event.event_type')],
  eventTime: { place: json('event.occurred_at'), unit: 'iso' },
};

/** Sentry's integrations; the time in its headers is not signed. */
const sentry: ShippedProvider = {
  name: 'sentry',
  title: 'Sentry',
  docs: 'https://docs.sentry.io/integrations/integration-platform/webhooks/',
  proof: { kind: 'independent', package: '@hookflo/tern' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('sentry-hook-signature'),
    signed: '{body}',
  },
  deliveryId: header('request-id'),
  eventType: [header('sentry-hook-resource')],
  eventTime: { place: header('sentry-hook-timestamp'), unit: 'seconds' },
};

/** Tailscale sends several events in one list; the first names the type. */
const tailscale: ShippedProvider = {
  name: 'tailscale',
  title: 'Tailscale',
  docs: 'https://tailscale.com/kb/1213/webhooks#verifying-an-event-signature',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: pair('tailscale-webhook-signature', 'v1'),
    signed: '{timestamp}.{body}',
    timestamp: within(300, pair('tailscale-webhook-signature', 't')),
  },
  eventType: [json('0.type')],
  eventTime: { place: json('0.timestamp'), unit: 'iso' },
};

/** Alarms, flags and secrets of what runs. */
export const operationsProviders: readonly ShippedProvider[] = [
  datadog,
  doppler,
  incidentIo,
  launchdarkly,
  pagerduty,
  sentry,
  tailscale,
];
