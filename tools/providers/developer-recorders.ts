import { createHash } from 'node:crypto';
import { registerHooks } from 'node:module';
import { type Draft, hmacOf, type Message, post, textOf } from './message.ts';
import { n8n, signed } from './other-recorders.ts';
import {
  jsonBodies,
  type Library,
  otherTextSecret,
  type Recorder,
  textSecret,
} from './recorder.ts';

/** Recorders for what developers work with: hosting, builds, operations, models and identity. */

const own = { secret: textSecret, otherSecret: otherTextSecret, bodies: jsonBodies };

type StandardPrefix = 'webhook' | 'svix';

function standard(prefix: StandardPrefix) {
  return {
    secret: `whsec_${Buffer.from(textSecret).toString('base64')}`,
    otherSecret: `whsec_${Buffer.from(otherTextSecret).toString('base64')}`,
    bodies: jsonBodies,
    signs: false,
    sign: (_library: Library, draft: Draft): Message => {
      const time = String(draft.nowMs / 1_000);
      const signature = hmacOf('sha256', textSecret, 'base64', `msg_1.${time}.`, draft.body);
      return post(draft, {
        [`${prefix}-id`]: 'msg_1',
        [`${prefix}-timestamp`]: time,
        [`${prefix}-signature`]: `v1,${signature}`,
      });
    },
  };
}

interface AnthropicWebhooks {
  unwrap(body: string, options: { headers: object; key: string }): object;
}

const anthropic: Recorder = {
  ...standard('webhook'),
  provider: 'anthropic',
  package: '@anthropic-ai/sdk',
  file: '@anthropic-ai/sdk/resources/beta/webhooks.js',
  accepts: (library, message, key) => {
    const Webhooks = library.Webhooks as new (client: object) => AnthropicWebhooks;
    new Webhooks({}).unwrap(textOf(message), { headers: message.headers, key });
    return true;
  },
};

const clerk: Recorder = {
  ...standard('svix'),
  provider: 'clerk',
  package: '@clerk/backend',
  file: '@clerk/backend/dist/webhooks.js',
  accepts: async (library, { url, method, headers, body }, signingSecret) => {
    const verify = library.verifyWebhook as (request: Request, options: object) => Promise<object>;
    await verify(new Request(url, { method, headers, body: Buffer.from(body) }), { signingSecret });
    return true;
  },
};

const elevenlabs: Recorder = {
  ...own,
  provider: 'elevenlabs',
  package: '@elevenlabs/elevenlabs-js',
  file: '@elevenlabs/elevenlabs-js/wrapper/webhooks.js',
  signs: false,
  sign: (_library, draft) => {
    const time = String(draft.nowMs / 1_000);
    const signature = hmacOf('sha256', textSecret, 'hex', `${time}.`, draft.body);
    return post(draft, { 'elevenlabs-signature': `t=${time},v0=${signature}` });
  },
  accepts: async (library, message, key) => {
    const { prototype } = library.WebhooksClient as {
      prototype: { constructEvent(body: string, signature: string, key: string): Promise<object> };
    };
    const signature = message.headers['elevenlabs-signature'] ?? '';
    await prototype.constructEvent(textOf(message), signature, key);
    return true;
  },
};

interface OpenAiWebhooks {
  unwrap(body: string, headers: object, secret: string): Promise<object>;
}

const openai: Recorder = {
  ...standard('webhook'),
  provider: 'openai',
  package: 'openai',
  accepts: async (library, message, key) => {
    const OpenAI = library.OpenAI as new (options: object) => { webhooks: OpenAiWebhooks };
    const { webhooks } = new OpenAI({ apiKey: 'sk-1' });
    await webhooks.unwrap(textOf(message), message.headers, key);
    return true;
  },
};

interface Tern {
  verifyWithPlatformConfig(
    request: Request,
    platform: string,
    secret: string,
  ): Promise<{ isValid: boolean }>;
}

/** Other people's verifier for many providers, each by its name there. */
function tern(provider: string, headersOf: (draft: Draft) => Record<string, string>): Recorder {
  return {
    ...own,
    provider,
    package: '@hookflo/tern',
    signs: false,
    sign: (_library, draft) => post(draft, headersOf(draft)),
    accepts: async (library, { url, method, headers, body }, secret) => {
      const service = library.WebhookVerificationService as Tern;
      const request = new Request(url, { method, headers, body: Buffer.from(body) });
      return (await service.verifyWithPlatformConfig(request, provider, secret)).isValid;
    },
  };
}

/** What the validators take from their framework, as modules; the event is made up below. */
const framework: Readonly<Record<string, string>> = {
  h3:
    'export const getRequestHeaders = (event) => event.headers;' +
    'export const readRawBody = (event) => event.body;' +
    'export const createError = ({ message }) => new Error(message);',
  scule: 'export const snakeCase = (text) => text;',
  '#imports': 'export const useRuntimeConfig = (event) => event.config;',
};

registerHooks({
  resolve: (specifier, context, next) => {
    const source = framework[specifier];
    if (source === undefined) return next(specifier, context);
    return { url: `data:text/javascript,${encodeURIComponent(source)}`, shortCircuit: true };
  },
});

/** The validators of a module for Nuxt. */
function nuxt(
  provider: string,
  validator: string,
  headersOf: (draft: Draft) => Record<string, string>,
): Recorder {
  return {
    ...own,
    provider,
    package: 'nuxt-webhook-validators',
    file: `nuxt-webhook-validators/dist/runtime/server/lib/validators/${provider}.js`,
    alone: true,
    signs: false,
    sign: (_library, draft) => post(draft, headersOf(draft)),
    accepts: (library, message, secretKey) => {
      const isValid = library[validator] as (event: object) => Promise<boolean>;
      const config = { webhook: { [provider]: { secretKey } } };
      return isValid({ headers: message.headers, body: textOf(message), config });
    },
  };
}

function netlifyToken({ body }: Draft): Record<string, string> {
  const parts = [
    { alg: 'HS256', typ: 'JWT' },
    { iss: 'netlify', sha256: createHash('sha256').update(body).digest('hex') },
  ];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signature = Buffer.from(hmacOf('sha256', textSecret, 'base64', text.join('.')), 'base64');
  return { 'x-webhook-signature': [...text, signature.toString('base64url')].join('.') };
}

export const developerRecorders: readonly Recorder[] = [
  anthropic,
  nuxt('bitbucket', 'isValidBitbucketWebhook', signed('x-hub-signature', 'hex', 'sha256=')),
  clerk,
  tern('doppler', signed('x-doppler-signature', 'hex', 'sha256=')),
  elevenlabs,
  n8n('gitlab-token', 'Gitlab/Gitlab', () => ({ 'x-gitlab-token': textSecret })),
  nuxt('heroku', 'isValidHerokuWebhook', signed('heroku-webhook-hmac-sha256', 'base64')),
  nuxt('netlify', 'isValidNetlifyWebhook', netlifyToken),
  openai,
  // Without the time that Sentry sends besides: the package applies a window to it, but it is not
  // signed, so whoever sends an old webhook again can write any other.
  tern('sentry', (draft) => ({
    ...signed('sentry-hook-signature', 'hex')(draft),
    'request-id': '5d8ca6bb7ca84bd1b5c7c6c1b7e0e4d1',
  })),
  n8n('taiga', 'Taiga/Taiga', ({ body }) => ({
    'x-taiga-webhook-signature': hmacOf('sha1', textSecret, 'hex', body),
  })),
  nuxt('vercel', 'isValidVercelWebhook', ({ body }) => ({
    'x-vercel-signature': hmacOf('sha1', textSecret, 'hex', body),
  })),
];
