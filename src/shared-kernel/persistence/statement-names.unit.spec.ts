import { StatementNames } from './statement-names.js';

describe('names of prepared statements', () => {
  it('are given to a text that comes again, and stay', () => {
    const names = new StatementNames();
    expect([names.nameOf('a'), names.nameOf('b'), names.nameOf('a')]).toEqual([
      undefined,
      undefined,
      's1',
    ]);
    expect([names.nameOf('a'), names.nameOf('b')]).toEqual(['s1', 's2']);
  });

  it('are no more than a server should keep', () => {
    const names = new StatementNames();
    const given = Array.from({ length: 1_000 }, (_, n) => {
      names.nameOf(`q${n}`);
      return names.nameOf(`q${n}`);
    });
    expect(given.filter((name) => name !== undefined)).toHaveLength(400);
    expect(new Set(given.slice(0, 400)).size).toBe(400);
  });

  it('forget texts that came once, after many of them', () => {
    const names = new StatementNames();
    names.nameOf('rare');
    for (let n = 0; n < 2_000; n++) names.nameOf(`q${n}`);
    expect(names.nameOf('rare')).toBeUndefined();
    expect(names.nameOf('rare')).toBe('s1');
  });
});
