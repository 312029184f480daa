import { createHmac } from 'node:crypto';
import type { Handshake } from './handshake-scheme.js';
import { handshakeReply, methodsOf } from './handshake.js';
import type { ProviderScheme } from './provider-scheme.js';
import { github } from './providers/github.js';
import { RequestReader } from './request-reader.js';
import type { SourceRequest } from './source-request.js';

const url = 'https://hooks.example/hooks/token';

function reply(handshake: Handshake, request: Partial<SourceRequest> = {}, isVerified = false) {
  const scheme: ProviderScheme = { ...github, handshakes: [handshake] };
  const reader = new RequestReader({
    headers: {},
    body: new Uint8Array(),
    method: handshake.method,
    url,
    ...request,
  });
  const secrets = [{ id: 's', value: 'key' }];
  const settings = { verifyToken: 'right', publicKey: 'pub' };
  return handshakeReply({ scheme, request: reader, secrets, settings }, isVerified);
}

const json = (value: object) => ({ body: Buffer.from(JSON.stringify(value)) });
const text = (body: string) => ({
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});

describe('a challenge in the query', () => {
  const meta: Handshake = {
    method: 'GET',
    when: [
      { at: { kind: 'query', name: 'hub.mode' }, equals: 'subscribe' },
      { at: { kind: 'query', name: 'hub.verify_token' }, setting: 'verifyToken' },
    ],
    answer: { text: '{query:hub.challenge}' },
  };
  const asked = (query: string) => reply(meta, { url: `${url}?${query}` });

  it('is repeated to who knows the token of the source', () => {
    const query = 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=right';
    expect(asked(query)?.answer).toEqual(text('1158201444'));
    expect(asked(query.replace('right', 'wrong'))).toBeNull();
    expect(asked('hub.mode=subscribe&hub.challenge=1')).toBeNull();
    expect(asked('hub.mode=subscribe&hub.verify_token=right')).toBeNull();
  });

  it('is not looked at under another method', () => {
    const query = 'hub.mode=subscribe&hub.challenge=1&hub.verify_token=right';
    expect(reply(meta, { url: `${url}?${query}`, method: 'HEAD' })).toBeNull();
  });
});

it('an HMAC of a token is made with the oldest secret', () => {
  const zoom: Handshake = {
    method: 'POST',
    when: [{ at: { kind: 'json', path: 'event' }, equals: 'endpoint.url_validation' }],
    answer: {
      json: {
        plainToken: '{json:payload.plainToken}',
        encryptedToken: { hmac: 'sha256', encoding: 'hex', of: '{json:payload.plainToken}' },
      },
    },
  };
  const request = json({ event: 'endpoint.url_validation', payload: { plainToken: 'q9ib' } });
  expect(reply(zoom, request)).toBeNull();
  expect(JSON.parse(reply(zoom, request, true)?.answer.body ?? '')).toEqual({
    plainToken: 'q9ib',
    encryptedToken: createHmac('sha256', 'key').update('q9ib').digest('hex'),
  });
});

it('an HMAC may stand behind a text of the settings', () => {
  const braintree: Handshake = {
    method: 'GET',
    answer: {
      text: { hmac: 'sha1', encoding: 'base64', of: '{query:c}', prefix: '{setting:publicKey}|' },
    },
  };
  const digest = createHmac('sha1', 'key').update('ch').digest('base64');
  expect(reply(braintree, { url: `${url}?c=ch` })?.answer).toEqual(text(`pub|${digest}`));
});

it('a PING is answered by a PONG in JSON', () => {
  const ping: Handshake = {
    method: 'POST',
    when: [{ at: { kind: 'json', path: 'type' }, equals: '1' }],
    answer: { json: { type: 1, ok: true } },
  };
  expect(reply(ping, json({ type: 1 }), true)?.answer).toEqual({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: '{"type":1,"ok":true}',
  });
  expect(reply(ping, json({ type: 2 }), true)).toBeNull();
});

describe('a header that is sent back', () => {
  const asana: Handshake = {
    method: 'POST',
    signed: false,
    when: [{ at: { kind: 'header', headers: ['x-hook-secret'] } }],
    answer: { status: 204, headers: { 'x-hook-secret': '{header:x-hook-secret}' } },
    action: { kind: 'keep', value: { kind: 'header', headers: ['x-hook-secret'] } },
  };
  const asked = (secret: string) => reply(asana, { headers: { 'x-hook-secret': secret } });

  it('is kept for people too', () => {
    expect(asked('b537207f20')).toEqual({
      answer: { status: 204, headers: { 'x-hook-secret': 'b537207f20' }, body: '' },
      action: { kind: 'keep', value: 'b537207f20' },
    });
  });

  it.each(['', 'a\nb', '€', 'x'.repeat(1_001)])('is not %j', (secret) => {
    expect(asked(secret)).toBeNull();
  });
});

it('HEAD is answered with nothing', () => {
  expect(reply({ method: 'HEAD', answer: {} })?.answer).toEqual({
    status: 200,
    headers: {},
    body: '',
  });
});

it('a sender that asks for permission by OPTIONS gets it for its own origin', () => {
  const cloudEvents: Handshake = {
    method: 'OPTIONS',
    when: [{ at: { kind: 'header', headers: ['webhook-request-origin'] } }],
    answer: {
      headers: {
        'webhook-allowed-origin': '{header:webhook-request-origin}',
        'webhook-allowed-rate': '120',
      },
    },
  };
  const headers = { 'webhook-request-origin': 'eventemitter.example.com' };
  expect(reply(cloudEvents, { headers })?.answer.headers).toEqual({
    'webhook-allowed-origin': 'eventemitter.example.com',
    'webhook-allowed-rate': '120',
  });
  expect(reply(cloudEvents)).toBeNull();
});

describe('an address that confirms a subscription', () => {
  const sns: Handshake = {
    method: 'POST',
    when: [{ at: { kind: 'json', path: 'Type' }, equals: 'SubscriptionConfirmation' }],
    answer: {},
    action: {
      kind: 'confirm',
      url: { kind: 'json', path: 'SubscribeURL' },
      hosts: ['sns.*.amazonaws.com'],
    },
  };
  const asked = (subscribeUrl: string) =>
    reply(sns, json({ Type: 'SubscriptionConfirmation', SubscribeURL: subscribeUrl }), true);

  it('is called when it is on a pinned host', () => {
    const right = 'https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=1';
    expect(asked(right)?.action).toEqual({ kind: 'confirm', url: right });
  });

  it.each([
    'http://sns.us-east-1.amazonaws.com/',
    'https://sns.us-east-1.amazonaws.com.evil.example/',
    'https://sns.us.east.amazonaws.com/',
    'https://sns..amazonaws.com/',
    'https://user@sns.us-east-1.amazonaws.com/',
    'https://sns.us-east-1.amazonaws.com:8443/',
    'https://evil.example/sns.us-east-1.amazonaws.com',
    'https://evil.example#sns.us-east-1.amazonaws.com',
    'nonsense',
  ])('is not %s', (subscribeUrl) => {
    expect(asked(subscribeUrl)).toBeNull();
  });
});

it('the methods of an address are POST and those of its handshakes', () => {
  const handshakes: Handshake[] = [
    { method: 'GET', answer: {} },
    { method: 'POST', answer: {} },
  ];
  expect(methodsOf({ ...github, handshakes })).toEqual(['POST', 'GET']);
});
