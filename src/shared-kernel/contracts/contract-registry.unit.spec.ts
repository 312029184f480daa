import { z } from 'zod';
import type { Contract } from './contract.js';
import { ContractRegistry } from './contract-registry.js';
import { defineEvent, type EventContract } from './event-contract.js';
import { defineCommand, defineQuery } from './message-contract.js';

const base = {
  kind: 'event' as const,
  name: 'shop.order-placed',
  version: 1,
  summary: 'An order was placed.',
  schema: z.strictObject({ order: z.string() }),
  key: (data: unknown) => (data as { order: string }).order,
  examples: [{ order: 'o1' }],
  since: '0.1.0',
} satisfies EventContract;

class FindOrder extends defineQuery({
  name: 'orders.find-order',
  version: 1,
  summary: 'An order by its id.',
  since: '0.1.0',
  input: z.strictObject({ id: z.string() }),
  result: z.strictObject({ id: z.string() }).nullable(),
  examples: [{ input: { id: 'o1' }, result: null }],
}) {}

class DropOrder extends defineCommand({
  name: 'orders.drop-order',
  input: z.strictObject({ id: z.string() }),
  result: z.null(),
}) {}

const query = FindOrder.contract as Contract;
const command = DropOrder.contract as Contract;

describe('the registry of contracts', () => {
  const second = { ...base, version: 2 };
  const registry = new ContractRegistry([second, query, base, command]);

  it('lists what is published, by name and version', () => {
    expect(registry.list()).toEqual([query, base, second]);
  });

  it('finds one version, or the newest', () => {
    expect(registry.find('shop.order-placed', 1)).toBe(base);
    expect(registry.find('shop.order-placed', 3)).toBeUndefined();
    expect(registry.find('orders.drop-order', 1)).toBeUndefined();
    expect(registry.latest('shop.order-placed')).toBe(second);
    expect(registry.latest('shop.order-sent')).toBeUndefined();
  });
});

/** An event whose upcaster comes from the base. */
function upcasting(change: Partial<EventContract>, up: (old: unknown) => unknown): EventContract {
  class Base extends defineEvent(base) {}
  return { ...base, version: 2, ...change, upcasts: { from: Base, up } } as EventContract;
}

const deprecated = { since: '0.2.0', sunset: '2027-01-31', use: 'shop.order-placed@2' } as const;

describe('a definition that is wrong', () => {
  const faulty: [string, readonly Contract[]][] = [
    ['shop.order-placed@1 is defined twice', [base, { ...base }]],
    ['shop.order-placed@0 has a version that is no whole number > 0', [{ ...base, version: 0 }]],
    [
      'shop.order-placed@1 has "soon" as the release that had it first',
      [{ ...base, since: 'soon' }],
    ],
    [
      'shop.order-placed@1 refuses its example 1: order: Invalid input',
      [{ ...base, examples: [{ order: 'o1' }, { order: 1 }] }],
    ],
    ['shop.order-placed@1 refuses its example 0: it: Invalid', [{ ...base, examples: [null] }]],
    ['shop.order-placed@1 has no key for its example 0', [{ ...base, key: () => '' }]],
    [
      'has the sunset 2027-02-30, no such day',
      [{ ...base, deprecated: { ...deprecated, sunset: '2027-02-30' } }],
    ],
    [
      'has the sunset 2027-1-1, no such day',
      [{ ...base, deprecated: { ...deprecated, sunset: '2027-1-1' } }],
    ],
    ['is deprecated since "x"', [{ ...base, deprecated: { ...deprecated, since: 'x' } }]],
    ['does not say what to use', [{ ...base, deprecated: { ...deprecated, use: '' } }]],
    [
      'upcasts shop.order-placed@1, which is no older version of it',
      [upcasting({ version: 1 }, (old) => old)],
    ],
    [
      'upcasts shop.order-placed@1, which is no older version of it',
      [upcasting({ name: 'shop.order-sent' }, (old) => old)],
    ],
    [
      'shop.order-placed@2 refuses what its upcaster makes of example 0 of shop.order-placed@1: order',
      [upcasting({}, () => ({}))],
    ],
    [
      'orders.find-order@1 refuses the result of its example 0: it: Invalid input',
      [{ ...query, examples: [{ input: { id: 'o1' }, result: 1 }] }],
    ],
    [
      'orders.find-order@1 refuses the input of its example 0: id: Invalid input',
      [{ ...query, examples: [{ input: {}, result: null }] }],
    ],
  ];

  it.each(faulty)('stops the start: %s', (fault, contracts) => {
    expect(() => new ContractRegistry(contracts)).toThrow(fault);
  });

  it('is told with all others', () => {
    const contracts = [{ ...base, version: 0, since: 'soon' }];
    expect(() => new ContractRegistry(contracts)).toThrow(
      /^contracts are not as they must be:\n {2}.*version.*\n {2}.*soon/,
    );
  });

  it('is none when all is well', () => {
    const fine = [{ ...base, deprecated }, upcasting({}, (old) => old)];
    expect(new ContractRegistry(fine).list()).toHaveLength(2);
  });
});
