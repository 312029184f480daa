import { addressRangeSchema, isInRanges } from './address-range.js';

describe('an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.0/24'],
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.0/24'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['203.0.113.7', '::ffff:203.0.113.0/120'],
    ['203.0.113.7', '0.0.0.0/0'],
    ['2001:db8::1', '2001:db8::/32'],
    ['2001:DB8:0::1', '2001:db8::1'],
    ['::1', '::/0'],
  ])('%s is in %s', (address, range) => {
    expect(isInRanges(address, ['198.51.100.1', range])).toBe(true);
  });

  it.each([
    ['203.0.114.7', '203.0.113.0/24'],
    ['203.0.113.8', '203.0.113.7'],
    ['2001:db9::1', '2001:db8::/32'],
    ['203.0.113.7', '::/0'],
    ['::1', '0.0.0.0/0'],
    ['3405803783', '0.0.0.0/0'],
    ['0xcb007107', '0.0.0.0/0'],
    ['', '0.0.0.0/0'],
    ['203.0.113.7, 10.0.0.1', '0.0.0.0/0'],
    ['unknown', '::/0'],
  ])('%s is not in %s', (address, range) => {
    expect(isInRanges(address, [range])).toBe(false);
    expect(isInRanges(address, [])).toBe(false);
  });
});

it('many addresses are judged rightly, whatever is remembered of others', () => {
  const ranges = ['10.0.0.0/9'];
  for (let round = 0; round < 2; round++) {
    for (let part = 0; part < 256; part++) {
      for (let last = 0; last < 8; last++) {
        expect(isInRanges(`10.${part}.0.${last}`, ranges)).toBe(part < 128);
      }
    }
  }
});

describe('a range', () => {
  it.each(['10.0.0.0/8', '10.1.2.3', '2001:db8::/32', '::1', '::ffff:10.0.0.0/104', ' ::1 '])(
    'may be %s',
    (range) => {
      expect(addressRangeSchema.safeParse(range).success).toBe(true);
    },
  );

  it.each(['', '10.0.0.0/33', '10/8', '012.0.0.1', '167772161', '::ffff:0:0/90', 'x', '::/129'])(
    'may not be %j',
    (range) => {
      expect(addressRangeSchema.safeParse(range).success).toBe(false);
    },
  );
});
