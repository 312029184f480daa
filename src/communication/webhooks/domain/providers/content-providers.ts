import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json, pair, within } from './scheme-parts.js';

const sanity: ShippedProvider = {
  name: 'sanity',
  title: 'Sanity',
  docs: 'https://www.sanity.io/docs/content-lake/webhook-best-practices',
  proof: { kind: 'sdk', package: '@sanity/webhook' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'base64url',
    place: pair('sanity-webhook-signature', 'v1'),
    signed: '{timestamp}.{body}',
    timestamp: within(600, pair('sanity-webhook-signature', 't'), 'milliseconds'),
  },
  deliveryId: header('idempotency-key'),
  eventType: [header('sanity-operation')],
};

/** Contentful signs method, path, the headers that it lists, and the body. */
const contentful: ShippedProvider = {
  name: 'contentful',
  title: 'Contentful',
  docs: 'https://www.contentful.com/developers/docs/webhooks/request-verification/',
  proof: { kind: 'sdk', package: '@contentful/node-apps-toolkit' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-contentful-signature'),
    signed: '{method}\n{url:path-query}\n{listed-headers:x-contentful-signed-headers}\n{body}',
    timestamp: within(30, header('x-contentful-timestamp'), 'milliseconds'),
  },
  deliveryId: header('x-contentful-idempotency-key'),
  eventType: [header('x-contentful-topic')],
  eventTime: { place: json('sys.updatedAt'), unit: 'iso' },
};

const webflow: ShippedProvider = {
  name: 'webflow',
  title: 'Webflow',
  docs: 'https://developers.webflow.com/data/docs/working-with-webhooks#validating-request-signatures',
  proof: { kind: 'sdk', package: 'webflow-api' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-webflow-signature'),
    signed: '{timestamp}:{body}',
    timestamp: within(300, header('x-webflow-timestamp'), 'milliseconds'),
  },
  deliveryId: json('_id'),
  eventType: [json('triggerType')],
};

/** Wix: the body is a token, and the JSON is text in one of its claims. */
const wix: ShippedProvider = {
  name: 'wix',
  title: 'Wix',
  docs: 'https://dev.wix.com/docs/build-apps/develop-your-app/api-integrations/events-and-webhooks/about-webhooks',
  proof: { kind: 'sdk', package: '@wix/sdk' },
  signature: {
    algorithm: { kind: 'jwt', algorithms: ['RS256'] },
    place: { kind: 'body' },
  },
  eventType: [json('eventType')],
  document: { kind: 'jwt', path: 'data' },
};

/** Content of sites and apps. */
export const contentProviders: readonly ShippedProvider[] = [contentful, sanity, webflow, wix];
