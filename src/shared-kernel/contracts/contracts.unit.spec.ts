import { z } from 'zod';
import { Log } from '#shared-kernel/observability/logger.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { bytesSchema } from './bytes-schema.js';
import { ContractChecker } from './contract-checker.js';
import { defineEvent, type EventRecord, LoggedEvent } from './event-contract.js';
import { defineCommand, defineQuery } from './message-contract.js';

class OrderPlaced extends defineEvent({
  name: 'shop.order-placed',
  version: 2,
  summary: 'An order was placed.',
  key: ({ order }) => order,
  schema: z.object({ order: z.string(), lines: z.array(z.object({ sku: z.string() })) }),
  examples: [{ order: 'o1', lines: [{ sku: 's' }] }],
  since: '0.1.0',
  producer: 'orders',
}) {}

describe('an event contract', () => {
  it('makes a class that is type, decision and registration at once', () => {
    const data = { order: 'o1', lines: [] };
    expect(OrderPlaced.contract).toMatchObject({ kind: 'event', name: 'shop.order-placed' });
    expect(OrderPlaced.contract.key(data)).toBe('o1');
    expect(OrderPlaced.of({ tenant: 'default', data, subject: 'x' })).toEqual({
      tenant: 'default',
      data,
      subject: 'x',
      contract: OrderPlaced.contract,
    });
    const record = { position: 1 } as EventRecord;
    const event = new OrderPlaced(record, data);
    expect(event).toBeInstanceOf(LoggedEvent);
    expect(event.record).toBe(record);
    expect(event.data).toBe(data);
  });
});

describe('a message contract', () => {
  const parts = {
    name: 'shop.place-order',
    input: z.object({ order: z.string() }),
    result: z.object({ id: z.string() }),
  };

  it('tells commands from queries and carries the input', () => {
    class PlaceOrder extends defineCommand(parts) {}
    class FindOrder extends defineQuery({ ...parts, name: 'shop.find-order' }) {}
    expect(PlaceOrder.contract).toMatchObject({ kind: 'command', name: 'shop.place-order' });
    expect(FindOrder.contract).toMatchObject({ kind: 'query', name: 'shop.find-order' });
    expect(new PlaceOrder({ order: 'o1' }).input).toEqual({ order: 'o1' });
    expect(new FindOrder({ order: 'o2' }).input).toEqual({ order: 'o2' });
  });
});

describe('ContractChecker', () => {
  let meter: Meter;
  let checker: ContractChecker;
  const { contract } = OrderPlaced;
  const check = (value: unknown, direction: 'in' | 'out' = 'out') =>
    checker.check(contract, contract.schema, direction, value);

  beforeEach(() => {
    meter = new Meter({ format: 'text', processMetrics: false });
    checker = new ContractChecker(meter);
  });

  it('gives back the value as the schema parsed it', () => {
    const surplus = { order: 'o1', lines: [{ sku: 's', price: 1 }], more: true };
    expect(check(surplus)).toEqual({ order: 'o1', lines: [{ sku: 's' }] });
  });

  it('says where and what is wrong', () => {
    expect(() => check({ order: 1, lines: [{ sku: 's' }, {}] }, 'in')).toThrow(
      expect.objectContaining({
        code: 'contracts.violated',
        message: expect.stringMatching(/^shop.order-placed \(in\): order: .*; lines\.1\.sku: /),
        fields: [
          { path: 'order', fault: expect.any(String) },
          { path: 'lines.1.sku', fault: expect.any(String) },
        ],
      }),
    );
    expect(() => check(null)).toThrow('shop.order-placed (out): it: ');
  });

  it('counts every check by contract, version, direction, consumer and outcome', async () => {
    checker.check(contract, contract.schema, 'in', { order: 'o1', lines: [] }, 'billing.bill');
    expect(() => check({})).toThrow();
    checker.check({ name: 'shop.unversioned' }, z.unknown(), 'in', 1);
    const { body } = await meter.expose();
    const expectSeries = (...[name, version, direction, consumer, outcome]: string[]) => {
      const labels = Object.entries({ contract: name, version, direction, consumer, outcome });
      const text = labels.map(([label, value]) => `${label}="${value}"`).join(',');
      expect(body).toContain(`signalbox_contract_checks_total{${text}} 1`);
    };
    expectSeries('shop.order-placed', '2', 'in', 'billing.bill', 'ok');
    expectSeries('shop.order-placed', '2', 'out', 'orders', 'violated');
    expectSeries('shop.unversioned', '1', 'in', 'shop', 'ok');
    expect(body).toContain('signalbox_contract_check_duration_seconds_count 3');
    expect(body).not.toContain('signalbox_contract_deprecated_uses_total{');
  });
});

describe('a contract that is deprecated', () => {
  const deprecated = {
    name: 'shop.order-placed',
    version: 1,
    deprecated: { since: '0.2.0', sunset: '2027-01-31', use: 'shop.order-placed@2' },
  } as const;
  const lines: string[] = [];
  const log = new Log(
    { level: 'info', serviceVersion: '1.2.3', instanceId: 'test' },
    {
      write: (line) => void lines.push(line),
      flush: (done) => done(),
      flushSync: () => undefined,
    },
  );

  it('is counted at each use, and told once for each consumer', async () => {
    const meter = new Meter({ format: 'text', processMetrics: false });
    const checker = new ContractChecker(meter, log);
    const use = (consumer: string) => checker.check(deprecated, z.string(), 'in', 'x', consumer);
    use('billing.bill');
    use('billing.bill');
    use('shipping.ship');
    const { body } = await meter.expose();
    const uses =
      'signalbox_contract_deprecated_uses_total{contract="shop.order-placed",version="1"';
    expect(body).toContain(`${uses},consumer="billing.bill"} 2`);
    expect(body).toContain(`${uses},consumer="shipping.ship"} 1`);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        'log.level': 'warn',
        'labels.contract': 'shop.order-placed',
        'labels.contract_version': 1,
        'labels.contract_consumer': 'billing.bill',
        message:
          'billing.bill uses shop.order-placed v1, which may be removed from 2027-01-31 on; ' +
          'use shop.order-placed@2',
      },
      { 'labels.contract_consumer': 'shipping.ship' },
    ]);
  });

  it('is counted also where nothing is logged', async () => {
    const meter = new Meter({ format: 'text', processMetrics: false });
    new ContractChecker(meter).check(deprecated, z.string(), 'out', 'x');
    expect((await meter.expose()).body).toContain('deprecated_uses_total{');
  });
});

describe('the schema of bytes', () => {
  it('takes bytes in any of their classes, and nothing else', () => {
    expect(bytesSchema.parse(new Uint8Array([1]))).toEqual(new Uint8Array([1]));
    expect(bytesSchema.safeParse(Buffer.from('x')).success).toBe(true);
    const result = bytesSchema.safeParse('bytes');
    expect(result.error?.issues).toMatchObject([{ message: 'must be bytes' }]);
  });
});
