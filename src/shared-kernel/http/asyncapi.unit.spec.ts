import { z } from 'zod';
import { defineEvent } from '#shared-kernel/contracts/event-contract.js';
import { type HttpApp, jsonOf, startHttpApp } from '../../../test/support/http-app.js';

class OrderPlaced extends defineEvent({
  name: 'shop.order-placed',
  version: 1,
  summary: 'An order was placed.',
  producer: 'orders',
  schema: z.strictObject({ order: z.string() }),
  key: ({ order }) => order,
  examples: [{ order: 'o1' }],
  since: '0.1.0',
}) {}

describe('/asyncapi.json', () => {
  let http: HttpApp;
  beforeAll(async () => {
    http = await startHttpApp();
  });
  afterAll(() => http.close());

  it('has every contract that the program defines, without a key, and the same each time', async () => {
    const answers = await Promise.all(
      [1, 2].map(() => fetch(`${http.url}/asyncapi.json`).then(jsonOf)),
    );
    const { name } = OrderPlaced.contract;
    expect(answers[0]).toMatchObject({
      asyncapi: '3.1.0',
      info: { version: '1.2.3' },
      channels: { [name]: { address: name } },
    });
    expect(answers[1]).toEqual(answers[0]);
  });
});
