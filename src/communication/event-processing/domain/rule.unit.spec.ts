import { ruleAction, ruleDefinition, ruleMatch } from './rule.js';

const endpointId = `end_${'0'.repeat(32)}`;

function faultsOf(match: unknown): string[] {
  const read = ruleMatch.safeParse(match);
  if (read.success) return [];
  return read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('a rule as a person writes it', () => {
  it('is enabled when its state is left out, and loses the spaces around its name', () => {
    const rule = ruleDefinition.parse({
      name: '  Deploys  ',
      match: { types: ['github.deployment*'] },
      actions: [{ kind: 'deliver', endpointId }],
    });
    expect(rule).toMatchObject({ name: 'Deploys', state: 'enabled' });
  });

  it('may match every event, and may compare with null, false and zero', () => {
    expect(faultsOf({})).toEqual([]);
    const data = [null, false, 0].map((equals) => ({ path: 'a', equals }));
    expect(faultsOf({ data })).toEqual([]);
  });

  it('has a star only at the end of a type', () => {
    expect(faultsOf({ types: ['*', 'github.*'] })).toEqual([]);
    expect(faultsOf({ types: ['git*.push', '**'] })).toEqual([
      'types.0: `*` may only stand at the end',
      'types.1: `*` may only stand at the end',
    ]);
  });

  it('compares a value in exactly one way', () => {
    const fault = 'give exactly one of equals and prefix';
    expect(faultsOf({ data: [{ path: 'a' }, { path: 'a', equals: '', prefix: 'b' }] })).toEqual([
      `data.0: ${fault}`,
      `data.1: ${fault}`,
    ]);
  });

  it('has paths of at most 10 named steps', () => {
    const path = (steps: number) => ({ path: 'a.'.repeat(steps - 1) + 'a', equals: 1 });
    expect(faultsOf({ data: [path(10)] })).toEqual([]);
    expect(faultsOf({ data: [path(11)] })).toEqual(['data.0.path: at most 10 steps']);
    const unnamed = { path: 'a..b', equals: 1 };
    const fault = 'data.0.path: every step between the dots needs a name';
    expect(faultsOf({ data: [unnamed] })).toEqual([fault]);
  });

  it.each([
    ['an unknown word', { type: ['github.push'] }],
    ['no types', { types: [] }],
    ['51 types', { types: Array.from({ length: 51 }, (_, at) => `t${at}`) }],
    ['51 sources', { sources: Array.from({ length: 51 }, (_, at) => `s${at}`) }],
    ['21 conditions', { data: Array.from({ length: 21 }, () => ({ path: 'a', equals: 1 })) }],
    ['a long type', { types: ['a'.repeat(201)] }],
  ])('is refused with %s', (_, match) => {
    expect(faultsOf(match)).toHaveLength(1);
  });

  it('mails 1 to 20 addresses and delivers to the id of an endpoint', () => {
    const email = { kind: 'email', to: ['ops@example.com'], subject: 's', text: 't' };
    const accepted = (action: unknown) => ruleAction.safeParse(action).success;
    expect(accepted(email)).toBe(true);
    expect(accepted({ ...email, html: '<p>' })).toBe(true);
    expect(accepted({ ...email, to: [] })).toBe(false);
    expect(accepted({ ...email, to: ['ops@example.com, evil@example.org'] })).toBe(false);
    expect(accepted({ ...email, to: ['ops@example.com\r\nBcc: evil@example.org'] })).toBe(false);
    expect(accepted({ ...email, subject: 's'.repeat(501) })).toBe(false);
    expect(accepted({ kind: 'deliver', endpointId })).toBe(true);
    expect(accepted({ kind: 'deliver', endpointId: 'https://example.com' })).toBe(false);
    expect(accepted({ kind: 'call' })).toBe(false);
  });
});
