import { hmacOf, post, textOf } from './message.ts';
import { jsonBodies, otherTextSecret, type Recorder, textSecret } from './recorder.ts';
import type { Draft, Message } from './message.ts';

/** Packages that are not the providers' own: other people's reading of the same page. */

const own = { secret: textSecret, otherSecret: otherTextSecret, bodies: jsonBodies };

/** What a trigger of n8n sees of the program that runs it. */
function triggerContext(message: Message, secret: string): object {
  const { headers, body, url } = message;
  const staticData = { webhookSecret: secret, hookSecret: secret, key: secret };
  const credentials = {
    oauthSecret: secret,
    webhookSigningKey: secret,
    signingSecret: secret,
    apiKey: secret,
  };
  return {
    getRequestObject: () => ({
      headers,
      header: (name: string) => headers[name],
      rawBody: Buffer.from(body),
    }),
    getHeaderData: () => headers,
    getBodyData: () => JSON.parse(textOf({ body })) as object,
    getWorkflowStaticData: () => staticData,
    getCredentials: () => Promise.resolve(credentials),
    getNodeParameter: (_name: string, usual: unknown) => usual,
    getNodeWebhookUrl: () => url,
  };
}

export function n8n(
  provider: string,
  trigger: string,
  headersOf: (draft: Draft) => Record<string, string>,
  more: Partial<Recorder> = {},
): Recorder {
  return {
    ...own,
    provider,
    package: 'n8n-nodes-base',
    file: `n8n-nodes-base/dist/nodes/${trigger}TriggerHelpers.js`,
    alone: true,
    signs: false,
    sign: (_library, draft) => post(draft, headersOf(draft)),
    accepts: (library, message, secret) =>
      (library.verifySignature as (this: object) => boolean).call(triggerContext(message, secret)),
    ...more,
  };
}

export function signed(
  header: string,
  encoding: 'hex' | 'base64',
  prefix = '',
): (draft: Draft) => Record<string, string> {
  return ({ body }) => ({ [header]: prefix + hmacOf('sha256', textSecret, encoding, body) });
}

const onfleetKey = Buffer.from('0123456789abcdef0123456789abcdef');

const triggers: readonly Recorder[] = [
  n8n('acuity', 'AcuityScheduling/AcuityScheduling', signed('x-acuity-signature', 'base64')),
  n8n('asana', 'Asana/Asana', signed('x-hook-signature', 'hex')),
  n8n('cal-com', 'Cal/Cal', signed('x-cal-signature-256', 'hex')),
  n8n('calendly', 'Calendly/Calendly', ({ nowMs, body }) => {
    const time = String(nowMs / 1_000);
    const signature = hmacOf('sha256', textSecret, 'hex', `${time}.`, body);
    return { 'calendly-webhook-signature': `t=${time},v1=${signature}` };
  }),
  n8n('customer-io', 'CustomerIo/CustomerIo', ({ nowMs, body }) => {
    const time = String(nowMs / 1_000);
    const signature = hmacOf('sha256', textSecret, 'hex', `v0:${time}:`, body);
    return { 'x-cio-timestamp': time, 'x-cio-signature': signature };
  }),
  n8n('figma', 'Figma/Figma', () => ({}), {
    bodies: [`{"passcode":"${textSecret}","event_type":"PING"}`],
  }),
  n8n('formstack', 'Formstack/Formstack', signed('x-fs-signature', 'hex', 'sha256=')),
  n8n('mailerlite', 'MailerLite/v2/MailerLite', signed('signature', 'hex')),
  n8n('mautic', 'Mautic/Mautic', signed('webhook-signature', 'base64')),
  n8n(
    'onfleet',
    'Onfleet/Onfleet',
    ({ body }) => ({ 'x-onfleet-signature': hmacOf('sha512', onfleetKey, 'hex', body) }),
    { secret: onfleetKey.toString('hex'), otherSecret: Buffer.from(textSecret).toString('hex') },
  ),
  n8n('trello', 'Trello/Trello', ({ body, url }) => ({
    'x-trello-webhook': hmacOf('sha1', textSecret, 'base64', body, url),
  })),
  n8n('typeform', 'Typeform/Typeform', signed('typeform-signature', 'base64', 'sha256=')),
  n8n('zendesk', 'Zendesk/Zendesk', ({ nowMs, body }) => {
    const time = new Date(nowMs).toISOString();
    return {
      'x-zendesk-webhook-signature': hmacOf('sha256', textSecret, 'base64', time, body),
      'x-zendesk-webhook-signature-timestamp': time,
    };
  }),
];

const meta: Recorder = {
  ...own,
  provider: 'meta',
  package: 'whatsapp-api-js',
  // Meta escapes what is beyond ASCII before it signs, so its bodies hold nothing else.
  bodies: ['{"object":"page"}', '{"object":"whatsapp_business_account","name":"Zo\\u00eb"}', '{}'],
  signs: false,
  sign: (_library, draft) => {
    const signature = hmacOf('sha256', textSecret, 'hex', draft.body);
    return post(draft, { 'x-hub-signature-256': `sha256=${signature}` });
  },
  accepts: (library, message, appSecret) => {
    const WhatsAppAPI = library.WhatsAppAPI as new (options: object) => {
      verifyRequestSignature(body: string, signature: string): Promise<boolean>;
    };
    const client = new WhatsAppAPI({ token: 'a', appSecret, v: 'v24.0' });
    const signature = message.headers['x-hub-signature-256'] ?? '';
    return client.verifyRequestSignature(textOf(message), signature);
  },
};

const webflow: Recorder = {
  ...own,
  provider: 'webflow',
  package: 'webflow-api',
  file: 'webflow-api/wrapper/WebhooksClient.js',
  signs: false,
  sign: (_library, draft) => {
    const time = String(draft.nowMs);
    return post(draft, {
      'x-webflow-signature': hmacOf('sha256', textSecret, 'hex', `${time}:`, draft.body),
      'x-webflow-timestamp': time,
    });
  },
  accepts: (library, message, secret) => {
    const { prototype } = library.Client as {
      prototype: { verifySignature(options: object): Promise<boolean> };
    };
    const { headers } = message;
    return prototype.verifySignature({ headers, body: textOf(message), secret });
  },
};

interface MailgunClient {
  validateWebhook(time: string, token: string, signature: string): boolean;
}

const mailgun: Recorder = {
  ...own,
  provider: 'mailgun',
  package: 'mailgun-js',
  bodies: ['aa', '0c65f7b35bb1b7bb0d8dcd0d0f3c0d9c6f27d1d0c5b5b6b5b5'],
  signs: false,
  sign: (_library, draft) => {
    const timestamp = String(draft.nowMs / 1_000);
    const token = textOf(draft);
    const signature = hmacOf('sha256', textSecret, 'hex', timestamp, token);
    const body = JSON.stringify({
      signature: { timestamp, token, signature },
      'event-data': { event: 'opened', id: 'CPgfbmQMTCKtHW6uIWtuVe' },
    });
    return post({ ...draft, body: Buffer.from(body) }, { 'content-type': 'application/json' });
  },
  accepts: (library, message, apiKey) => {
    const { signature } = JSON.parse(textOf(message)) as { signature: Record<string, string> };
    const create = library as unknown as (options: object) => MailgunClient;
    const client = create({ apiKey, domain: 'example.com', mute: true });
    const { timestamp = '', token = '', signature: text = '' } = signature;
    return client.validateWebhook(timestamp, token, text);
  },
};

interface TelegramLibrary {
  Bot: new (token: string, options: object) => object;
  webhookCallback(
    bot: object,
    adapter: string,
    options: object,
  ): (request: Request) => Promise<Response>;
}

const telegram: Recorder = {
  ...own,
  provider: 'telegram',
  package: 'grammy',
  bodies: ['{"update_id":1}', '{"update_id":2,"message":{"text":"é"}}'],
  signs: false,
  sign: (_library, draft) => post(draft, { 'x-telegram-bot-api-secret-token': textSecret }),
  accepts: async (library, message, secretToken) => {
    const grammy = library as unknown as TelegramLibrary;
    const botInfo = { id: 1, is_bot: true, first_name: 'b', username: 'b_bot' };
    const bot = new grammy.Bot('1:a', { botInfo });
    const { url, method, headers } = message;
    // The token is all that is checked; the body must only be an update.
    const request = new Request(url, { method, headers, body: '{"update_id":1}' });
    const answer = await grammy.webhookCallback(bot, 'std/http', { secretToken })(request);
    return answer.status === 200;
  },
};

/** Recorders of packages that have no types of their own here, or belong to others. */
export const otherRecorders: readonly Recorder[] = [mailgun, meta, telegram, webflow, ...triggers];
