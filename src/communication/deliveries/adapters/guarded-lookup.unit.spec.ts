import type { LookupAddress } from 'node:dns';
import { parseAllowedRanges } from '../domain/address-guard.js';
import { ConnectFailure, guardedLookup } from './guarded-lookup.js';

const v4 = (address: string): LookupAddress => ({ address, family: 4 });
const v6 = (address: string): LookupAddress => ({ address, family: 6 });

interface Answer {
  readonly error: Error | null;
  readonly address: string | LookupAddress[];
  readonly family: number | undefined;
}

const ask = (found: LookupAddress[] | Error, { all = true, allowed = '' } = {}) =>
  new Promise<Answer>((resolve) => {
    const lookup = guardedLookup(parseAllowedRanges(allowed), (_hostname, _options, callback) => {
      if (found instanceof Error) callback(found, []);
      else callback(null, found);
    });
    lookup('hooks.example', { all }, (error, address, family) => {
      resolve({ error, address, family });
    });
  });

const refusal = async (found: LookupAddress[] | Error) => (await ask(found)).error;

describe('a guarded lookup', () => {
  it('hands out all the addresses that it judged', async () => {
    const found = [v4('8.8.8.8'), v6('2606:4700:4700::1111')];
    expect(await ask(found)).toMatchObject({ error: null, address: found });
  });

  it('hands out the first one to a socket that wants one', async () => {
    const found = [v6('2606:4700:4700::1111'), v4('8.8.8.8')];
    expect(await ask(found, { all: false })).toEqual({
      error: null,
      address: '2606:4700:4700::1111',
      family: 6,
    });
  });

  it.each([
    ['a private one', [v4('10.0.0.1')]],
    ['a private one behind a public one', [v4('8.8.8.8'), v4('192.168.0.1')]],
    ['a private one before a public one', [v4('169.254.169.254'), v4('8.8.8.8')]],
    ['a mapped one', [v6('::ffff:127.0.0.1')]],
    ['loopback of version 6', [v4('8.8.8.8'), v6('::1')]],
  ])('refuses a name with %s among its addresses', async (_what, found) => {
    const error = await refusal(found);
    expect(error).toBeInstanceOf(ConnectFailure);
    expect(error).toMatchObject({ stage: 'address-refused' });
  });

  it('does not tell which private address a name has', async () => {
    expect((await refusal([v4('10.20.30.40')]))?.message).toBe(
      'the name resolves to a private address',
    );
  });

  it('lets a name pass whose private address the operator allows', async () => {
    const { error } = await ask([v4('10.0.0.1')], { allowed: '10.0.0.0/8' });
    expect(error).toBeNull();
  });

  it.each([
    ['an error', new Error('getaddrinfo ENOTFOUND hooks.example'), 'ENOTFOUND'],
    ['no address', [], 'has no address'],
  ])('fails at the stage dns when the resolver answers with %s', async (_what, found, message) => {
    const error = await refusal(found);
    expect(error).toMatchObject({ stage: 'dns' });
    expect(error?.message).toMatch(message);
  });
});
