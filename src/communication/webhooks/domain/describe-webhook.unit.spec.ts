import fc from 'fast-check';
import { describeWebhook } from './describe-webhook.js';
import type { WebhookHeaders } from './headers.js';
import type { Place } from './place.js';
import { schemeOf, shippedNames } from './providers/registry.js';
import { github } from './providers/github.js';
import { shopify } from './providers/shopify.js';
import { slack } from './providers/slack.js';
import { stripe } from './providers/stripe.js';

const json = { 'content-type': 'application/json' };

function describeStripe(body: string | Uint8Array, headers: WebhookHeaders = json) {
  return describeWebhook(stripe, 'stripe', { headers, body: Buffer.from(body) });
}

describe('the flags of a body', () => {
  it.each([
    ['{}', 'application/json', []],
    ['{}', 'application/cloudevents+json; charset=utf-8', []],
    ['{}', 'APPLICATION/JSON', []],
    ['{}', 'text/plain', ['unexpected-content-type']],
    ['{}', undefined, ['unexpected-content-type']],
    ['{', undefined, ['unexpected-content-type', 'malformed-json']],
    ['{', 'application/json', ['malformed-json']],
    ['plain words', 'text/plain', ['unexpected-content-type']],
    ['a=b', 'application/x-www-form-urlencoded', ['unexpected-content-type']],
    ['', 'application/json', ['empty-body']],
    ['', undefined, ['empty-body']],
  ])('%j as %s are %j', (body, contentType, flags) => {
    expect(describeStripe(body, { 'content-type': contentType }).flags).toEqual(flags);
  });

  it('call JSON malformed that is no UTF-8, rather than reading what nobody sent', () => {
    const description = describeStripe(Buffer.from([0x22, 0xff, 0x22]));
    expect(description).toMatchObject({ json: undefined, flags: ['malformed-json'] });
  });

  it('call a form malformed when its JSON field is, and when it is no UTF-8', () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const flagsOf = (body: Uint8Array) => describeWebhook(slack, 'slack', { headers, body }).flags;
    expect(flagsOf(Buffer.from('payload=%7B'))).toEqual(['malformed-json']);
    expect(flagsOf(Buffer.from([0xff]))).toEqual([]);
  });

  it('take JSON with a byte order mark, and the document null', () => {
    expect(describeStripe('\ufeff{"type":"a"}')).toMatchObject({ json: { type: 'a' }, flags: [] });
    expect(describeStripe('null')).toMatchObject({ json: null, flags: [] });
  });
});

describe('an event type', () => {
  it.each([
    ['a', 'stripe.a'],
    ['  a  ', 'stripe.a'],
    ['x'.repeat(193), `stripe.${'x'.repeat(193)}`],
    ['x'.repeat(194), 'stripe.webhook'],
    ['a\nb', 'stripe.webhook'],
    ['a\u0085b', 'stripe.webhook'],
    ['\ud800', 'stripe.webhook'],
    ['   ', 'stripe.webhook'],
    [7, 'stripe.7'],
    [{ a: 1 }, 'stripe.webhook'],
    [true, 'stripe.webhook'],
    [null, 'stripe.webhook'],
  ])('of %j is read as %s', (type, eventType) => {
    expect(describeStripe(JSON.stringify({ type })).eventType).toBe(eventType);
  });

  it('is looked for in the next place when the first holds none that can be used', () => {
    const body = Buffer.from(JSON.stringify({ type: 'outer', event: { type: 'in\tner' } }));
    expect(describeWebhook(slack, 'slack', { headers: json, body }).eventType).toBe('slack.outer');
  });

  it('falls back when the header for it is missing or empty', () => {
    for (const headers of [{}, { 'x-github-event': ' ' }]) {
      expect(
        describeWebhook(github, 'github', { headers, body: Buffer.from('{}') }).eventType,
      ).toBe('github.webhook');
    }
  });
});

describe('a delivery id', () => {
  it.each([
    ['evt_1', 'evt_1'],
    ['x'.repeat(300), 'x'.repeat(300)],
    ['x'.repeat(301), null],
    ['a\u0000b', null],
    ['', null],
    [42, '42'],
    [1.5, null],
    [[1], null],
  ])('of %j is read as %j', (id, deliveryId) => {
    expect(describeStripe(JSON.stringify({ id })).deliveryId).toBe(deliveryId);
  });

  it('is absent when it is a number that JSON cannot hold, so no two ids become one', () => {
    expect(describeStripe('{"id":9007199254740993}').deliveryId).toBeNull();
  });

  it('is never read from a prototype', () => {
    expect(describeStripe('[]').deliveryId).toBeNull();
    const inherited = describeWebhook(
      { ...stripe, deliveryId: { kind: 'json', path: 'constructor.name' } },
      'stripe',
      { headers: json, body: Buffer.from('{}') },
    );
    expect(inherited.deliveryId).toBeNull();
  });
});

describe('the time of an event', () => {
  const places = { iso: 'x-shopify-triggered-at', seconds: 'x-time', milliseconds: 'x-time' };

  it.each([
    ['iso', '2024-02-29T12:00:00Z', Date.UTC(2024, 1, 29, 12)],
    ['iso', '2024-02-29T12:00:00.5+02:00', Date.UTC(2024, 1, 29, 10, 0, 0, 500)],
    ['iso', '2024-02-29', null],
    ['iso', '2024-13-01T00:00:00Z', null],
    ['iso', '29 Feb 2024', null],
    ['seconds', '1700000000', 1_700_000_000_000],
    ['seconds', '1700000000.5', null],
    ['seconds', '999999999999', 999_999_999_999_000],
    ['milliseconds', '1700000000123', 1_700_000_000_123],
    ['milliseconds', 'soon', null],
  ] as const)('given as %s %j is %j', (unit, text, eventAtMs) => {
    const header = places[unit];
    const place: Place = { kind: 'header', headers: [header] };
    const eventTime = { place, unit };
    const scheme = { ...shopify, eventTime };
    const description = describeWebhook(scheme, 'shopify', {
      headers: { [header]: text },
      body: Buffer.from('{}'),
    });
    expect(description.eventAtMs).toBe(eventAtMs);
  });
});

it('never fails, and keeps every bound, whatever bytes and headers come', () => {
  const schemes = shippedNames.map(
    (name) => [name, schemeOf(name, name === 'hmac' ? { header: 'x' } : null)] as const,
  );
  const values = fc.oneof(fc.json(), fc.string({ unit: 'binary' }));
  const bodies = fc.oneof(
    values.map((text) => Buffer.from(text)),
    fc.uint8Array(),
  );
  const property = fc.property(
    fc.constantFrom(...schemes),
    fc.dictionary(fc.constantFrom('content-type', 'x-github-event', 'webhook-id'), values),
    bodies,
    ([name, scheme], headers, body) => {
      const description = describeWebhook(scheme, name, { headers, body });
      expect(description.eventType).toMatch(new RegExp(`^${name}\\.[^\\p{Cc}]+$`, 'u'));
      expect(description.eventType.length).toBeLessThanOrEqual(200);
      expect(description.deliveryId?.length ?? 0).toBeLessThanOrEqual(300);
    },
  );
  fc.assert(property, { numRuns: 1_000 });
});
