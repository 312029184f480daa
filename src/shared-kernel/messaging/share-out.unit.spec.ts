import fc from 'fast-check';
import { shareOut } from './share-out.js';

const ids = ['r1', 'r2', 'r3', 'r4', 'r5'];

describe('the shares of reactions', () => {
  it('give everything to the only instance', () => {
    expect([...shareOut(ids, [{ id: 'a', reactions: ids }]).values()]).toEqual(ids.map(() => 'a'));
  });

  it('give a reaction only to an instance whose version has it, and to nobody if none has', () => {
    const shares = shareOut(ids, [
      { id: 'old', reactions: ['r1', 'r2'] },
      { id: 'new', reactions: ['r2', 'r3', 'r4'] },
    ]);
    expect(shares.get('r1')).toBe('old');
    expect(shares.get('r3')).toBe('new');
    expect(shares.get('r4')).toBe('new');
    expect(shares.has('r5')).toBe(false);
  });

  it('are the same for every observer, and differ by one reaction at the most', () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(names, names, (reactions, instances) => {
        const living = instances.map((id) => ({ id, reactions }));
        const shares = shareOut(reactions, living);
        expect(shareOut(reactions.toReversed(), living.toReversed())).toEqual(shares);
        expect(shares.size).toBe(reactions.length);
        const sizes = instances.map((id) => [...shares.values()].filter((o) => o === id).length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
