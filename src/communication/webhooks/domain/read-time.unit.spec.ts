import { readTime } from './read-time.js';

const ms = Date.UTC(2023, 6, 27, 12, 30, 1);

it.each([
  ['1690461001', 'seconds-or-milliseconds', ms],
  ['1690461001250', 'seconds-or-milliseconds', ms + 250],
  ['2023-07-27T12:30:01', 'iso-utc', ms],
  ['2023-07-27T12:30:01.250', 'iso-utc', ms + 250],
  ['2023-07-27T12:30:01Z', 'iso-utc', ms],
  ['2023-07-27T14:30:01+02:00', 'iso-utc', ms],
] as const)('%s in %s is that time', (text, unit, expected) => {
  expect(readTime(text, unit)).toBe(expected);
});

it.each([
  ['', 'seconds-or-milliseconds'],
  ['-1', 'seconds-or-milliseconds'],
  ['1690461001.5', 'seconds-or-milliseconds'],
  ['9'.repeat(16), 'seconds-or-milliseconds'],
  ['2023-07-27', 'iso-utc'],
  ['2023-07-27T12:30:01', 'iso'],
  ['27 July 2023 12:30', 'iso-utc'],
] as const)('%j in %s is no time', (text, unit) => {
  expect(readTime(text, unit)).toBeNull();
});
