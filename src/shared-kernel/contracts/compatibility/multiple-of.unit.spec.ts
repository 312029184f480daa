import { isExactDivisor, isMultiple } from './multiple-of.js';
import { likely, no, unlikely, yes } from './truth.js';

describe('multiples', () => {
  it('are proved where floating point is exact', () => {
    expect(isMultiple(6, 3)).toBe(yes);
    expect(isMultiple(-7, 3)).toBe(no);
    expect(isMultiple(1.25, 0.25)).toBe(yes);
    expect(isMultiple(0, 0.01)).toBe(yes);
  });

  it('are proved for decimals where validators divide right', () => {
    expect(isMultiple(0.5, 0.1)).toBe(yes);
    expect(isMultiple(0.55, 0.1)).toBe(no);
  });

  it('are doubtful where validators divide wrong', () => {
    expect(0.07 / 0.01).not.toBe(7);
    expect(isMultiple(0.07, 0.01)).toBe(unlikely);
  });

  it('are doubtful past the integers that are exact', () => {
    expect(isMultiple(2 ** 60, 3)).toBe(likely);
  });

  it('know which divisors are exact', () => {
    expect([1, 0.5, 3, 1 / 1024].every(isExactDivisor)).toBe(true);
    expect([0.1, 0.01, 1e-300, 1e300].some(isExactDivisor)).toBe(false);
  });
});
