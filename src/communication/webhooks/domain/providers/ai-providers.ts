import type { ShippedProvider } from '../provider-definition.js';
import { header, hmac, json, pair } from './scheme-parts.js';
import { standardWebhooks } from './standard-webhooks.js';

/** Every body says that its type is `event`; what happened stands one level below. */
const anthropic: ShippedProvider = {
  ...standardWebhooks,
  name: 'anthropic',
  title: 'Anthropic',
  docs: 'https://platform.claude.com/docs/en/api/beta/webhooks/unwrap',
  proof: { kind: 'sdk', package: '@anthropic-ai/sdk' },
  eventType: [json('data.type')],
  eventTime: { place: json('created_at'), unit: 'iso' },
};

/** ElevenLabs asks for no more than half an hour; its package lets any time ahead pass. */
const elevenlabs: ShippedProvider = {
  name: 'elevenlabs',
  title: 'ElevenLabs',
  docs: 'https://elevenlabs.io/docs/eleven-agents/workflows/post-call-webhooks',
  proof: { kind: 'sdk', package: '@elevenlabs/elevenlabs-js' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: pair('elevenlabs-signature', 'v0'),
    signed: '{timestamp}.{body}',
    timestamp: {
      place: pair('elevenlabs-signature', 't'),
      unit: 'seconds',
      pastSeconds: 1_800,
      futureSeconds: 300,
    },
  },
  eventType: [json('type')],
  eventTime: { place: json('event_timestamp'), unit: 'seconds' },
};

const firecrawl: ShippedProvider = {
  name: 'firecrawl',
  title: 'Firecrawl',
  docs: 'https://docs.firecrawl.dev/webhooks/security',
  proof: { kind: 'unconfirmed' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: { ...header('x-firecrawl-signature'), prefix: 'sha256=' },
    signed: '{body}',
  },
  deliveryId: json('webhookId'),
  eventType: [json('type')],
};

/** Nango's present form; the older one, a plain hash, can be lengthened by whoever reads it. */
const nango: ShippedProvider = {
  name: 'nango',
  title: 'Nango',
  docs: 'https://nango.dev/docs/implementation-guides/platform/webhooks-from-nango',
  proof: { kind: 'sdk', package: '@nangohq/node' },
  signature: {
    algorithm: hmac('sha256'),
    encoding: 'hex',
    place: header('x-nango-hmac-sha256'),
    signed: '{body}',
  },
  eventType: [json('type')],
};

const openai: ShippedProvider = {
  ...standardWebhooks,
  name: 'openai',
  title: 'OpenAI',
  docs: 'https://platform.openai.com/docs/guides/webhooks',
  proof: { kind: 'sdk', package: 'openai' },
  eventTime: { place: json('created_at'), unit: 'seconds' },
};

/** Recall.ai's bots in meetings. */
const recall: ShippedProvider = {
  ...standardWebhooks,
  name: 'recall',
  title: 'Recall.ai',
  docs: 'https://docs.recall.ai/docs/authenticating-requests-from-recallai',
  proof: {
    kind: 'standard',
    package: 'svix',
    url: 'https://docs.recall.ai/docs/authenticating-requests-from-recallai',
  },
  eventType: [json('event')],
};

/** The body is the prediction itself, so its state says what happened. */
const replicate: ShippedProvider = {
  ...standardWebhooks,
  name: 'replicate',
  title: 'Replicate',
  docs: 'https://replicate.com/docs/topics/webhooks/verify-webhook',
  proof: { kind: 'sdk', package: 'replicate' },
  eventType: [json('status')],
  eventTime: { place: json('completed_at'), unit: 'iso' },
};

/** Models, and what is built on them. */
export const aiProviders: readonly ShippedProvider[] = [
  anthropic,
  elevenlabs,
  firecrawl,
  nango,
  openai,
  recall,
  replicate,
];
