import fc from 'fast-check';
import { z } from 'zod';
import { documentsOf } from '../../../test/support/schema-documents.js';
import { defineEvent, type EventClass } from './event-contract.js';
import { readableContracts, readerOf } from './upcast.js';

const name = 'shop.order-placed';
const head = { name, summary: 'An order was placed.', since: '0.1.0', producer: 'orders' };
const moneySchema = z.strictObject({ cents: z.int().min(0), currency: z.enum(['EUR', 'USD']) });

class OrderV1 extends defineEvent({
  ...head,
  version: 1,
  schema: z.strictObject({ id: z.string().min(1), euros: z.number().min(0).max(1e9).nullable() }),
  key: ({ id }) => id,
  examples: [{ id: 'o1', euros: 12.5 }],
}) {}

class OrderV2 extends defineEvent({
  ...head,
  version: 2,
  schema: z.strictObject({ id: z.string().min(1), total: moneySchema.nullable() }),
  key: ({ id }) => id,
  examples: [{ id: 'o1', total: { cents: 1_250, currency: 'EUR' } }],
  upcasts: {
    from: OrderV1,
    up: ({ id, euros }) => ({
      id,
      total: euros === null ? null : { cents: Math.round(euros * 100), currency: 'EUR' as const },
    }),
  },
}) {}

class OrderV3 extends defineEvent({
  ...head,
  version: 3,
  schema: z.strictObject({ order: z.string().min(1), totals: z.array(moneySchema) }),
  key: ({ order }) => order,
  examples: [{ order: 'o1', totals: [] }],
  upcasts: {
    from: OrderV2,
    up: ({ id, total }) => ({ order: id, totals: total === null ? [] : [total] }),
  },
}) {}

const classes = {
  v1: OrderV1 as unknown as EventClass,
  v2: OrderV2 as unknown as EventClass,
  v3: OrderV3 as unknown as EventClass,
};

describe('a reader of events', () => {
  it('tells which versions it understands', () => {
    const versions = (events: readonly EventClass[]) =>
      readableContracts(events).map(({ version }) => version);
    expect(versions([classes.v3])).toEqual([3, 2, 1]);
    expect(versions([classes.v1])).toEqual([1]);
    expect(versions([])).toEqual([]);
  });

  it('gives data of a version that it knows as it is', () => {
    const data = { id: 'o1', total: null };
    const read = readerOf([classes.v2])(name, 2, data);
    expect(read).toEqual({ eventClass: OrderV2, data });
    expect(read?.data).toBe(data);
  });

  it('brings older data up, step by step', () => {
    const read = readerOf([classes.v3]);
    const totals = [{ cents: 1_250, currency: 'EUR' }];
    const data = { order: 'o1', totals };
    expect(read(name, 1, { id: 'o1', euros: 12.5 })).toEqual({ eventClass: OrderV3, data });
    expect(read(name, 2, { id: 'o1', total: totals[0] })).toEqual({ eventClass: OrderV3, data });
  });

  it.each([
    ['the version itself', [classes.v1, classes.v3], 1, OrderV1],
    ['the nearest newer version', [classes.v3, classes.v2], 1, OrderV2],
    ['the only one that there is', [classes.v1, classes.v3], 2, OrderV3],
  ])('takes %s when it knows several', (_what, events, version, expected) => {
    const [example] = [classes.v1, classes.v2][version - 1]!.contract.examples;
    expect(readerOf(events)(name, version, example)?.eventClass).toBe(expected);
  });

  it('has nothing for newer versions and other events', () => {
    const read = readerOf([classes.v1]);
    expect(read(name, 2, {})).toBeUndefined();
    expect(read('shop.order-sent', 1, {})).toBeUndefined();
    expect(readerOf([])(name, 1, {})).toBeUndefined();
  });

  it('makes documents of the newest version out of all that the oldest accepts', () => {
    const read = readerOf([classes.v3]);
    const { schema } = OrderV3.contract;
    const check = (document: unknown) => {
      expect(schema.safeParse(read(name, 1, document)?.data)).toMatchObject({ success: true });
    };
    OrderV1.contract.examples.forEach(check);
    fc.assert(fc.property(documentsOf(OrderV1.contract.schema), check));
  });
});

describe('an upcaster that is wrong', () => {
  const broken = (up: (old: { id: string; euros: number | null }) => never) =>
    readerOf([
      class extends defineEvent({
        ...head,
        version: 9,
        schema: moneySchema,
        key: ({ currency }) => currency,
        examples: [],
        upcasts: { from: OrderV1, up },
      }) {} as unknown as EventClass,
    ]);

  it('is named with the path of what it made wrong', () => {
    const read = broken(() => ({ cents: -1, currency: 'EUR' }) as never);
    expect(() => read(name, 1, { id: 'o1', euros: 1 })).toThrow(
      expect.objectContaining({
        code: 'contracts.upcast-failed',
        message: expect.stringMatching(/^shop\.order-placed@1 to shop\.order-placed@9: cents: /),
        fields: [{ path: 'cents', fault: expect.any(String) }],
      }),
    );
    const nothing = broken(() => null as never);
    expect(() => nothing(name, 1, { id: 'o1', euros: 1 })).toThrow(/@9: it: /);
  });

  it('is named with the cause when it throws', () => {
    const cause = new TypeError('no such thing');
    const read = broken(() => {
      throw cause;
    });
    expect(() => read(name, 1, { id: 'o1', euros: 1 })).toThrow(
      expect.objectContaining({ code: 'contracts.upcast-failed', cause }),
    );
  });

  it('is not blamed for data that breaks its own version', () => {
    const read = broken((old) => old as never);
    expect(() => read(name, 1, { id: '' })).toThrow(
      expect.objectContaining({
        code: 'contracts.violated',
        message: expect.stringContaining('shop.order-placed@1 in the log'),
      }),
    );
  });

  it('is refused at once when its chain never ends', () => {
    const loop = { ...OrderV2.contract } as { upcasts: unknown };
    const looped = { contract: loop } as unknown as EventClass;
    loop.upcasts = { from: looped, up: (old: unknown) => old };
    expect(() => readerOf([looped])).toThrow('the upcasters of shop.order-placed@2 never end');
  });
});
