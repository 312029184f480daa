import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json } from './scheme-parts.js';

/** Airtable says only that something changed; what did is read from its API. */
const airtable: ShippedProvider = {
  name: 'airtable',
  title: 'Airtable',
  docs: 'https://airtable.com/developers/web/api/webhooks-overview',
  proof: {
    kind: 'vector',
    url: 'https://github.com/gtalarico/pyairtable/blob/main/tests/test_models_webhook.py',
  },
  signature: {
    algorithm: { kind: 'hmac', hash: 'sha256', keyForm: 'base64' },
    encoding: 'hex',
    place: { ...header('x-airtable-content-mac'), prefix: 'hmac-sha256=' },
    signed: '{body}',
  },
  eventTime: { place: json('timestamp'), unit: 'iso' },
};

const planetscale: ShippedProvider = {
  name: 'planetscale',
  title: 'PlanetScale',
  docs: 'https://planetscale.com/docs/api/webhooks',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-planetscale-signature'),
    signed: '{body}',
  },
  eventType: [json('event')],
  eventTime: { place: json('timestamp'), unit: 'seconds' },
};

/** Tables and databases. */
export const databaseProviders: readonly ShippedProvider[] = [airtable, planetscale];
