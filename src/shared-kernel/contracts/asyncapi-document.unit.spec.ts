import { Parser } from '@asyncapi/parser';
import { z } from 'zod';
import { asyncApiDocument } from './asyncapi-document.js';
import type { PublishedContract } from './contract.js';
import { defineEvent, type EventContract } from './event-contract.js';
import { defineQuery } from './message-contract.js';

class OrderPlacedV1 extends defineEvent({
  name: 'shop.order-placed',
  version: 1,
  summary: 'An order was placed.',
  producer: 'orders',
  schema: z.strictObject({ order: z.string() }),
  key: ({ order }) => order,
  examples: [{ order: 'o1' }],
  since: '0.1.0',
  deprecated: { since: '0.2.0', sunset: '2027-01-31', use: 'shop.order-placed@2' },
}) {}

class OrderPlaced extends defineEvent({
  name: 'shop.order-placed',
  version: 2,
  summary: 'An order was placed.',
  producer: 'orders',
  schema: z.strictObject({ id: z.string() }),
  key: ({ id }) => id,
  examples: [{ id: 'o1' }],
  since: '0.2.0',
}) {}

class FindOrder extends defineQuery({
  name: 'orders.find-order',
  version: 3,
  summary: 'An order by its id.',
  since: '0.2.0',
  input: z.strictObject({ id: z.string() }),
  result: z.strictObject({ id: z.string() }).nullable(),
  examples: [{ input: { id: 'o1' }, result: null }],
}) {}

const deprecated = OrderPlacedV1.contract as EventContract;
const current = OrderPlaced.contract as EventContract;
const query = FindOrder.contract as PublishedContract;

async function parsed(contracts: readonly PublishedContract[]) {
  const document = asyncApiDocument({
    version: '1.2.3',
    contracts,
    receivers: [{ id: 'billing.invoice-when-order-placed', events: [deprecated, current] }],
  });
  return new Parser().parse(JSON.stringify(document));
}

describe('the AsyncAPI document', () => {
  it('has one channel for all versions of an event, and one message for each', async () => {
    const { document, diagnostics } = await parsed([deprecated, current]);
    expect(diagnostics).toEqual([]);
    const channel = document!.channels().get('shop.order-placed')!;
    const versions = channel
      .messages()
      .all()
      .map((message) => message.name());
    expect(versions).toEqual(['shop.order-placed.v1', 'shop.order-placed.v2']);
    const receive = document!
      .operations()
      .get('receive.billing.invoice-when-order-placed.shop.order-placed')!;
    expect(
      receive
        .messages()
        .all()
        .map((message) => message.name()),
    ).toEqual(versions);
    expect(
      receive
        .tags()
        .all()
        .map((tag) => tag.name()),
    ).toEqual(['billing']);
  });

  it('marks what is deprecated where readers and tools look', async () => {
    const { document } = await parsed([deprecated, current]);
    const [old, next] = document!.channels().get('shop.order-placed')!.messages().all();
    expect(old!.description()).toBe('Deprecated since 0.2.0; use shop.order-placed@2.');
    expect(
      old!
        .tags()
        .all()
        .map((tag) => tag.name()),
    ).toEqual(['deprecated']);
    expect(old!.payload()!.deprecated()).toBe(true);
    expect(old!.extensions().get('x-deprecated')!.value()).toEqual(deprecated.deprecated);
    expect(next!.payload()!.deprecated()).toBe(false);
  });

  it('gives every event the headers of CloudEvents', async () => {
    const { document } = await parsed([deprecated, current]);
    const [message] = document!.messages().all();
    expect(Object.keys(message!.headers()!.properties()!)).toEqual(
      expect.arrayContaining(['id', 'source', 'type', 'time', 'partitionkey', 'traceparent']),
    );
    expect(message!.correlationId()!.location()).toBe('$message.header#/correlationid');
  });

  it('has commands and queries as requests with a reply', async () => {
    const { document, diagnostics } = await parsed([deprecated, current, query]);
    expect(diagnostics).toEqual([]);
    const answer = document!.operations().get('answer.orders.find-order.v3')!;
    expect(answer.action()).toBe('receive');
    expect(answer.reply()!.channel()!.id()).toBe('orders.find-order.v3.result');
    const [request] = answer.messages().all();
    expect(request!.payload()!.json()).toMatchObject({ required: ['id'] });
    expect(
      request!
        .examples()
        .all()
        .map((example) => example.payload()),
    ).toEqual([{ id: 'o1' }]);
  });
});
