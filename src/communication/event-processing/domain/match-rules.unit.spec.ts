import { compileRules } from './match-rules.js';
import type { MatchableEvent } from './matchable-event.js';
import type { Rule, RuleMatch } from './rule.js';

function aRule(name: string, match: RuleMatch, overrides: Partial<Rule> = {}): Rule {
  return {
    id: `rul_${name}`,
    tenant: 'default',
    name,
    match,
    actions: [{ kind: 'deliver', endpointId: `end_${'0'.repeat(32)}` }],
    state: 'enabled',
    revision: 1,
    createdAtMs: 0,
    ...overrides,
  };
}

function anEvent(overrides: Partial<MatchableEvent> = {}): MatchableEvent {
  return {
    tenant: 'default',
    type: 'github.push',
    source: 'https://github.com/octo/repo',
    sourceId: 'src_1',
    data: { ref: 'refs/heads/main', commits: [{ id: 'abc' }], forced: false },
    ...overrides,
  };
}

function namesMatched(rules: Rule[], event = anEvent()): string[] {
  return compileRules(rules)
    .match(event)
    .matched.map(({ name }) => name);
}

function reason(match: RuleMatch, event = anEvent()): string | undefined {
  return compileRules([aRule('r', match)]).match(event).unmatched[0]?.because;
}

describe('matching rules', () => {
  it('matches by exact type, by the beginning of a type, and without any condition', () => {
    const rules = [
      aRule('all', {}),
      aRule('exact', { types: ['github.push'] }),
      aRule('other', { types: ['github.pull_request'] }),
      aRule('prefix', { types: ['stripe.*', 'github.*'] }),
      aRule('star', { types: ['*'] }),
      aRule('longer', { types: ['github.pushed*'] }),
    ];
    expect(namesMatched(rules)).toEqual(['all', 'exact', 'prefix', 'star']);
  });

  it('names a rule once and in the given order, however many of its parts fit', () => {
    const sources = ['src_1', 'https://github.com/octo/repo'];
    const rules = [
      aRule('prefixes', { types: ['g*', 'git*', 'github.push', 'github.push'], sources }),
      aRule('exact', { types: ['github.push'] }),
    ];
    expect(namesMatched(rules)).toEqual(['prefixes', 'exact']);
  });

  it('matches a source by its id or by its URI, and nothing by half of one', () => {
    const rules = [
      aRule('id', { sources: ['src_0', 'src_1'] }),
      aRule('uri', { sources: ['https://github.com/octo/repo'] }),
      aRule('uri too', { sources: ['https://github.com/octo/repo'] }),
      aRule('half', { sources: ['https://github.com/octo', 'src_'] }),
    ];
    expect(namesMatched(rules)).toEqual(['id', 'uri', 'uri too']);
    expect(namesMatched(rules, anEvent({ sourceId: null }))).toEqual(['uri', 'uri too']);
  });

  it('asks for all conditions on the data, with exact values and types', () => {
    const main = { path: 'ref', equals: 'refs/heads/main' };
    const rules = [
      aRule('both', { data: [main, { path: 'commits.0.id', prefix: 'a' }] }),
      aRule('one of two', { data: [main, { path: 'forced', equals: true }] }),
      aRule('false', { data: [{ path: 'forced', equals: false }] }),
      aRule('text of false', { data: [{ path: 'forced', equals: 'false' }] }),
      aRule('prefix of no text', { data: [{ path: 'forced', prefix: 'f' }] }),
    ];
    expect(namesMatched(rules)).toEqual(['both', 'false']);
  });

  it('reads own values only: no prototype, no length, nothing inside of texts', () => {
    const paths = ['constructor.name', '__proto__.x', 'commits.length', 'ref.0', 'toString'];
    const rules = paths.map((path) => aRule(path, { data: [{ path, prefix: '' }] }));
    const { unmatched } = compileRules(rules).match(anEvent());
    expect(unmatched.map(({ because }) => because)).toEqual(
      paths.map((path) => `data ${path} is missing`),
    );
  });

  it('reads a key of the data even when it is called __proto__', () => {
    const data: unknown = JSON.parse('{"__proto__":{"x":1},"length":2}');
    const conditions = ['__proto__.x', 'length'].map((path, at) => ({ path, equals: at + 1 }));
    expect(namesMatched([aRule('r', { data: conditions })], anEvent({ data }))).toEqual(['r']);
  });

  it('leaves other tenants and disabled rules out, also out of the count', () => {
    const rules = [
      aRule('theirs', {}, { tenant: 'other' }),
      aRule('off', {}, { state: 'disabled' }),
      aRule('missed', { types: ['x'] }),
    ];
    const verdict = compileRules(rules).match(anEvent());
    expect(verdict).toMatchObject({ matched: [], unmatchedCount: 1 });
    const nobody = compileRules(rules).match(anEvent({ tenant: 'nobody' }));
    expect(nobody).toEqual({ matched: [], unmatched: [], unmatchedCount: 0 });
  });

  it('shows our own operational events only to rules that name their type exactly', () => {
    const type = 'communication.delivery-exhausted';
    const rules = [
      aRule('all', {}),
      aRule('prefix', { types: ['communication.*'] }),
      aRule('exact', { types: [type] }),
    ];
    const { matched, unmatched } = compileRules(rules).match(anEvent({ type, operational: true }));
    expect(matched.map(({ name }) => name)).toEqual(['exact']);
    expect(unmatched.map(({ because }) => because)).toEqual([
      `type ${type} is operational and the rule does not name it exactly`,
      `type ${type} is operational and the rule does not name it exactly`,
    ]);
  });
});

describe('explaining a miss', () => {
  it('names the type, and at most three of the types that were asked for', () => {
    const types = ['github.pull_request'];
    expect(reason({ types })).toBe('type github.push is none of github.pull_request');
    expect(reason({ types: ['a', 'b', 'c', 'd*', 'e'] })).toBe(
      'type github.push is none of a, b, c and 2 more',
    );
  });

  it('names the source by its id when it has one, else by its URI', () => {
    expect(reason({ types: ['g*'], sources: ['src_2'] })).toBe('source src_1 is none of src_2');
    const published = anEvent({ sourceId: null, source: '/shop' });
    expect(reason({ sources: ['src_2'] }, published)).toBe('source /shop is none of src_2');
  });

  it.each([
    [{ path: 'base.ref', equals: 'main' }, 'data base.ref is "dev", not "main"'],
    [{ path: 'base.ref', prefix: 'rel' }, 'data base.ref is "dev", without prefix "rel"'],
    [{ path: 'base.fork', equals: null }, 'data base.fork is missing'],
    [{ path: 'base', equals: 'x' }, 'data base is an object, not "x"'],
    [{ path: 'list', equals: 1 }, 'data list is a list, not 1'],
    [{ path: 'none', equals: false }, 'data none is null, not false'],
    [{ path: 'long', equals: '' }, `data long is "${'x'.repeat(60)}…", not ""`],
  ])('says for %j: %s', (condition, because) => {
    const data = { base: { ref: 'dev' }, list: [1], none: null, long: 'x'.repeat(61) };
    expect(reason({ data: [condition] }, anEvent({ data }))).toBe(because);
  });

  it('explains the nearest misses first, and no more than asked for', () => {
    const rules = [
      aRule('far 1', { types: ['x'] }),
      aRule('far 2', { types: ['y'] }),
      aRule('near 1', { data: [{ path: 'ref', equals: 'dev' }] }),
      aRule('near 2', { data: [{ path: 'ref', equals: 'test' }] }),
      aRule('hit', {}),
    ];
    const names = (missesMax?: number) =>
      compileRules(rules)
        .match(anEvent(), missesMax)
        .unmatched.map(({ rule }) => rule.name);
    expect(names()).toEqual(['near 1', 'near 2', 'far 1', 'far 2']);
    expect(names(3)).toEqual(['near 1', 'near 2', 'far 1']);
    expect(names(1)).toEqual(['near 1']);
    expect(names(0)).toEqual([]);
    expect(compileRules(rules).match(anEvent(), 0).unmatchedCount).toBe(4);
  });
});

describe('matching with many rules', () => {
  it('reads the data for the candidates only', () => {
    // given 10,000 rules, of which one is about this type and one about this source
    const condition = [{ path: 'ref', equals: 'refs/heads/main' }];
    const rules = Array.from({ length: 5_000 }, (_, at) => [
      aRule(`type ${at}`, { types: [`t.${at}`], data: condition }),
      aRule(`source ${at}`, { sources: [`src_${at}`], data: condition }),
    ]).flat();
    let reads = 0;
    const data = new Proxy(
      { ref: 'refs/heads/main' },
      {
        get: (target, key, receiver): unknown => {
          reads++;
          return Reflect.get(target, key, receiver);
        },
      },
    );
    // when an event comes in
    const event = anEvent({ type: 't.77', data });
    const { matched, unmatchedCount } = compileRules(rules).match(event);
    // then only those two have looked at its data
    expect(matched.map(({ name }) => name)).toEqual(['source 1', 'type 77']);
    expect(unmatchedCount).toBe(9_998);
    expect(reads).toBe(2);
  });
});
