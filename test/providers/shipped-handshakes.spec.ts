import { AwsLambdaReceiver } from '@zoom/rivet/meetings';
import { handshakeReply } from '#communication/webhooks/domain/handshake.js';
import { schemeOf } from '#communication/webhooks/domain/providers/registry.js';
import { RequestReader } from '#communication/webhooks/domain/request-reader.js';
import { hmacOf, hookAddress, type Message, signedAtMs } from '../../tools/providers/message.ts';

const secret = 'q3Jd8sKe0aLw7fYx';

interface Asked {
  readonly method?: string;
  readonly query?: string;
  readonly headers?: Message['headers'];
  readonly json?: object;
}

/** What a source of this provider answers when it is asked, by itself or after its signature. */
function asked(provider: string, request: Asked, settings: Record<string, string> | null = null) {
  const scheme = schemeOf(provider, settings);
  const { method = 'POST', query = '', headers = {}, json } = request;
  const reader = new RequestReader(
    {
      method,
      url: hookAddress + query,
      headers,
      body: Buffer.from(json === undefined ? '' : JSON.stringify(json)),
    },
    scheme.document,
  );
  const context = { scheme, request: reader, secrets: [{ id: 's', value: secret }], settings };
  return {
    atOnce: handshakeReply(context, false),
    onceVerified: handshakeReply(context, true),
  };
}

it('answers Zoom as its own library does', async () => {
  const json = {
    event: 'endpoint.url_validation',
    payload: { plainToken: 'qgg8vlvZRS6UYooatFL8Aw' },
  };
  const { atOnce, onceVerified } = asked('zoom', { json });
  const time = String(signedAtMs / 1_000);
  const body = JSON.stringify(json);
  const signature = hmacOf('sha256', secret, 'hex', `v0:${time}:${body}`);
  const { console: realConsole } = globalThis;
  globalThis.console = Object.create(realConsole, { debug: { value: () => undefined } }) as Console;
  const handler = new AwsLambdaReceiver({ webhooksSecretToken: secret }).start();
  const headers = { 'x-zm-signature': `v0=${signature}`, 'x-zm-request-timestamp': time };
  const theirs = await handler({ body, headers, isBase64Encoded: false }, {});
  globalThis.console = realConsole;
  expect(JSON.parse(onceVerified?.answer.body ?? '')).toEqual(JSON.parse(theirs.body));
  expect(atOnce).toBeNull();
});

it('plays ping with Discord, where two kinds of webhooks number their pings differently', () => {
  expect(asked('discord', { json: { type: 1 } }).onceVerified?.answer.body).toBe('{"type":1}');
  expect(asked('discord', { json: { type: 2 } }).onceVerified).toBeNull();
  expect(asked('discord-events', { json: { type: 0 } }).onceVerified?.answer.status).toBe(204);
  expect(asked('discord-events', { json: { type: 1 } }).onceVerified).toBeNull();
});

it('repeats the challenges of Twitch, Meta, Dropbox, Onfleet and Microsoft Graph', () => {
  const headers = { 'twitch-eventsub-message-type': 'webhook_callback_verification' };
  const twitch = asked('twitch', { headers, json: { challenge: 'pogchamp-kappa-360noscope' } });
  expect(twitch.onceVerified?.answer.body).toBe('pogchamp-kappa-360noscope');
  const query = '?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meatyhamhock';
  const meta = { method: 'GET', query };
  expect(asked('meta', meta, { verifyToken: 'meatyhamhock' }).atOnce?.answer.body).toBe(
    '1158201444',
  );
  expect(asked('meta', meta, { verifyToken: 'another' }).atOnce).toBeNull();
  const dropbox = asked('dropbox', { method: 'GET', query: '?challenge=abc%20%3C' });
  expect(dropbox.atOnce?.answer).toMatchObject({
    headers: { 'x-content-type-options': 'nosniff' },
    body: 'abc <',
  });
  expect(asked('onfleet', { method: 'GET', query: '?check=a1' }).atOnce?.answer.body).toBe('a1');
  const graph = asked('microsoft-graph', { query: '?validationToken=Validation%3A+Testing' });
  expect(graph.atOnce?.answer.body).toBe('Validation: Testing');
});

it('keeps the secrets that Asana and Notion make up', () => {
  const headers = { 'x-hook-secret': 'b537207f20cbfa02357cf448134da559' };
  expect(asked('asana', { headers }).atOnce).toMatchObject({
    answer: { status: 200, headers },
    action: { kind: 'keep', value: headers['x-hook-secret'] },
  });
  const json = { verification_token: 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl' };
  expect(asked('notion', { json }).atOnce?.action).toEqual({
    kind: 'keep',
    value: json.verification_token,
  });
});

it('confirms subscriptions of Amazon SNS on its own hosts only, and after the signature', () => {
  const subscription = (SubscribeURL: string) =>
    asked('aws-sns', { json: { Type: 'SubscriptionConfirmation', SubscribeURL } });
  const url = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336';
  expect(subscription(url).onceVerified?.action).toEqual({ kind: 'confirm', url });
  expect(subscription(url).atOnce).toBeNull();
  for (const other of ['https://sns.evil.example/', 'http://sns.eu-west-1.amazonaws.com/']) {
    expect(subscription(other).onceVerified).toBeNull();
  }
});

it('agrees to CloudEvents, and to the validation of Event Grid', () => {
  const headers = { 'webhook-request-origin': 'eventemitter.example.com' };
  for (const provider of ['cloudevents', 'azure-event-grid']) {
    expect(asked(provider, { method: 'OPTIONS', headers }).atOnce?.answer.headers).toMatchObject({
      'webhook-allowed-origin': 'eventemitter.example.com',
      'webhook-allowed-rate': '*',
    });
  }
  const eventType = 'Microsoft.EventGrid.SubscriptionValidationEvent';
  const json = [{ eventType, data: { validationCode: '512d38b6-c7b8-40c8-89fe-f46f9e9622b6' } }];
  expect(asked('azure-event-grid', { json }).onceVerified?.answer.body).toBe(
    '{"validationResponse":"512d38b6-c7b8-40c8-89fe-f46f9e9622b6"}',
  );
});

it('is there when Trello and Intercom ask with HEAD', () => {
  for (const provider of ['trello', 'intercom']) {
    expect(asked(provider, { method: 'HEAD' }).atOnce?.answer.status).toBe(200);
  }
});

// The answer is the HMAC of a text that the asker chooses, and so the signature of that text.
it('answers the challenge of Smartcar after its signature only', () => {
  const json = { eventType: 'VERIFY', data: { challenge: '9c9c9c9c' } };
  const { atOnce, onceVerified } = asked('smartcar', { json });
  expect(atOnce).toBeNull();
  expect(onceVerified?.answer.body).toBe(
    JSON.stringify({ challenge: hmacOf('sha256', secret, 'hex', '9c9c9c9c') }),
  );
  expect(asked('smartcar', { json: { eventType: 'VEHICLE_STATE' } }).onceVerified).toBeNull();
});
