import { urlIn } from './signed-url.js';

const url = 'https://hooks.example/a';

it('sorts the parameters of a query, decoded, and ends them with a dot', () => {
  expect(urlIn('sorted', `${url}?b=2&a=%C3%A9&b=1`)).toBe(`${url}?a=é&b=1&b=2.`);
  expect(urlIn('sorted', url)).toBe(`${url}?`);
  expect(urlIn('sorted', `${url}?`)).toBe(`${url}?`);
});

it('has no sorted form of a query that cannot be read, or of no address', () => {
  expect(urlIn('sorted', `${url}?a=%ff`)).toBeUndefined();
  expect(urlIn('sorted', 'hooks')).toBeUndefined();
});
