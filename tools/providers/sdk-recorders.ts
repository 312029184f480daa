import { hmacOf, post, textOf } from './message.ts';
import { jsonBodies, otherTextSecret, type Recorder, textSecret } from './recorder.ts';

const own = { secret: textSecret, otherSecret: otherTextSecret, bodies: jsonBodies };

interface HubspotSignature {
  getSignature(method: string, version: string, options: object): string;
  isValid(options: object): boolean;
}

function hubspot(provider: string, signatureVersion: 'v1' | 'v2' | 'v3'): Recorder {
  const header = signatureVersion === 'v3' ? 'x-hubspot-signature-v3' : 'x-hubspot-signature';
  return {
    ...own,
    provider,
    package: '@hubspot/api-client',
    file: '@hubspot/api-client/lib/src/utils/signature.js',
    signs: true,
    sign: (library, draft) => {
      const signature = (library.Signature as HubspotSignature).getSignature(
        'POST',
        signatureVersion,
        {
          clientSecret: textSecret,
          requestBody: textOf(draft),
          url: draft.url,
          timestamp: draft.nowMs,
        },
      );
      const headers: Record<string, string> = { [header]: signature };
      if (signatureVersion === 'v3') headers['x-hubspot-request-timestamp'] = String(draft.nowMs);
      else headers['x-hubspot-signature-version'] = signatureVersion;
      return post(draft, headers);
    },
    accepts: (library, message, clientSecret) =>
      (library.Signature as HubspotSignature).isValid({
        signatureVersion,
        signature: message.headers[header],
        method: message.method,
        clientSecret,
        requestBody: textOf(message),
        url: message.url,
        timestamp: Number(message.headers['x-hubspot-request-timestamp']),
      }),
  };
}

interface BoxManager {
  validateMessage(body: string, headers: object, key: string, more?: object): Promise<boolean>;
}

const box: Recorder = {
  ...own,
  provider: 'box',
  package: 'box-node-sdk',
  file: 'box-node-sdk/lib/managers/webhooks.js',
  signs: false,
  sign: (_library, draft) => {
    const time = new Date(draft.nowMs).toISOString();
    return post(draft, {
      'box-signature-primary': hmacOf('sha256', 'another key', 'base64', draft.body, time),
      'box-signature-secondary': hmacOf('sha256', textSecret, 'base64', draft.body, time),
      'box-delivery-timestamp': time,
      'box-signature-version': '1',
      'box-signature-algorithm': 'HmacSHA256',
    });
  },
  accepts: (library, message, key) =>
    (library.WebhooksManager as BoxManager).validateMessage(textOf(message), message.headers, key, {
      secondaryKey: key,
    }),
};

const line: Recorder = {
  ...own,
  provider: 'line',
  package: '@line/bot-sdk',
  bodies: [...jsonBodies, Buffer.from('00ff10fe', 'hex')],
  signs: false,
  sign: (_library, draft) =>
    post(draft, { 'x-line-signature': hmacOf('sha256', textSecret, 'base64', draft.body) }),
  accepts: (library, { body, headers }, key) =>
    (library.validateSignature as (body: Buffer, key: string, signature: string) => boolean)(
      Buffer.from(body),
      key,
      headers['x-line-signature'] ?? '',
    ),
};

const linear: Recorder = {
  ...own,
  provider: 'linear',
  package: '@linear/sdk',
  file: '@linear/sdk/dist/webhooks/index.mjs',
  bodies: [
    '{"type":"Issue","webhookTimestamp":1790000000000}',
    '{"webhookTimestamp":1790000000001,"a":"é"}',
  ],
  signs: false,
  sign: (_library, draft) =>
    post(draft, { 'linear-signature': hmacOf('sha256', textSecret, 'hex', draft.body) }),
  accepts: (library, { body, headers }, key) => {
    const Client = library.LinearWebhookClient as new (key: string) => {
      verify(body: Buffer, signature: string): boolean;
    };
    return new Client(key).verify(Buffer.from(body), headers['linear-signature'] ?? '');
  },
};

const mux: Recorder = {
  ...own,
  provider: 'mux',
  package: '@mux/mux-node',
  signs: false,
  sign: (_library, draft) => {
    const time = String(draft.nowMs / 1_000);
    const signature = hmacOf('sha256', textSecret, 'hex', `${time}.`, draft.body);
    return post(draft, { 'mux-signature': `t=${time},v1=${signature}` });
  },
  accepts: async (library, message, key) => {
    const Mux = library.Mux as new (options: object) => {
      webhooks: { verifySignature(body: string, headers: object, key: string): Promise<void> };
    };
    const client = new Mux({ tokenId: 'a', tokenSecret: 'b' });
    await client.webhooks.verifySignature(textOf(message), message.headers, key);
    return true;
  },
};

interface ContentfulToolkit {
  signRequest(secret: string, request: object, timeMs: number): Record<string, string>;
  verifyRequest(secret: string, request: object): boolean;
}
const longSecret = textSecret + textSecret;

const contentful: Recorder = {
  provider: 'contentful',
  package: '@contentful/node-apps-toolkit',
  secret: longSecret,
  otherSecret: textSecret + otherTextSecret,
  bodies: jsonBodies,
  signs: true,
  sign: (library, draft) => {
    const toolkit = library as unknown as ContentfulToolkit;
    const headers = { 'x-contentful-topic': 'ContentManagement.Entry.publish' };
    const path = new URL(draft.url).pathname;
    const request = { method: 'POST', path, headers, body: textOf(draft) };
    return post(draft, { ...headers, ...toolkit.signRequest(longSecret, request, draft.nowMs) });
  },
  accepts: (library, message, key) => {
    const { pathname, search } = new URL(message.url);
    return (library as unknown as ContentfulToolkit).verifyRequest(key, {
      method: message.method,
      path: pathname + search,
      headers: message.headers,
      body: textOf(message),
    });
  },
};

const twitch: Recorder = {
  ...own,
  provider: 'twitch',
  package: '@twurple/eventsub-http',
  file: '@twurple/eventsub-http/lib/EventSubHttpBase.js',
  signs: false,
  sign: (_library, draft) => {
    const id = 'e76c6bd4-55c9-4987-8304-da1588d8988b';
    const time = new Date(draft.nowMs).toISOString().replace('000Z', '000000123Z');
    const signature = hmacOf('sha256', textSecret, 'hex', id, time, draft.body);
    return post(draft, {
      'twitch-eventsub-message-id': id,
      'twitch-eventsub-message-timestamp': time,
      'twitch-eventsub-message-signature': `sha256=${signature}`,
    });
  },
  accepts: (library, message, key) => {
    const { prototype } = library.EventSubHttpBase as {
      prototype: { _verifyData(this: object, ...texts: string[]): boolean };
    };
    const { headers } = message;
    return prototype._verifyData.call(
      { _secret: key },
      headers['twitch-eventsub-message-id'] ?? '',
      headers['twitch-eventsub-message-timestamp'] ?? '',
      textOf(message),
      headers['twitch-eventsub-message-signature'] ?? '',
    );
  },
};

interface RetellAuth {
  sign(body: string, key: string): Promise<string>;
  verify(body: string, key: string, signature: string): Promise<boolean>;
}

const retell: Recorder = {
  ...own,
  provider: 'retell',
  package: 'retell-sdk',
  file: 'retell-sdk/lib/webhook_auth.js',
  signs: true,
  sign: async (library, draft) => {
    const signature = await (library as unknown as RetellAuth).sign(textOf(draft), textSecret);
    return post(draft, { 'x-retell-signature': signature });
  },
  accepts: (library, message, key) =>
    (library as unknown as RetellAuth).verify(
      textOf(message),
      key,
      message.headers['x-retell-signature'] ?? '',
    ),
};

const slack: Recorder = {
  ...own,
  provider: 'slack',
  package: '@slack/bolt',
  file: '@slack/bolt/dist/receivers/verify-request.js',
  bodies: [...jsonBodies, 'payload=%7B%22type%22%3A%22block_actions%22%7D&a=%C3%A9'],
  signs: false,
  sign: (_library, draft) => {
    const time = String(draft.nowMs / 1_000);
    const signature = hmacOf('sha256', textSecret, 'hex', `v0:${time}:`, draft.body);
    return post(draft, {
      'x-slack-signature': `v0=${signature}`,
      'x-slack-request-timestamp': time,
    });
  },
  accepts: (library, message, signingSecret) => {
    const time = Number(message.headers['x-slack-request-timestamp']);
    return (library.isValidSlackRequest as (options: object) => boolean)({
      signingSecret,
      body: textOf(message),
      headers: { ...message.headers, 'x-slack-request-timestamp': time },
    });
  },
};

/** Recorders of the providers' own packages. */
export const sdkRecorders: readonly Recorder[] = [
  box,
  contentful,
  hubspot('hubspot', 'v3'),
  hubspot('hubspot-v1', 'v1'),
  hubspot('hubspot-v2', 'v2'),
  line,
  linear,
  mux,
  retell,
  slack,
  twitch,
];
