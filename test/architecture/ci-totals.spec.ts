import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const allPassed = {
  success: true,
  numPassedTests: 7,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};

describe('the last line of a CI run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ci-totals-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The line and the exit code for a result of Jest, or for none. */
  function totalsOf(result: object | null): string {
    const file = join(folder, result === null ? 'missing.json' : 'result.json');
    if (result !== null) writeFileSync(file, JSON.stringify(result));
    const program = ['--disable-warning=ExperimentalWarning', 'tools/ci/print-totals.ts', file];
    const run = spawnSync(process.execPath, program, { encoding: 'utf8' });
    return `${run.stdout.trim()} -> ${run.status}`;
  }

  it('is green when every test ran and passed', () => {
    expect(totalsOf(allPassed)).toBe('7 passed, 0 failed, 0 skipped -> 0');
  });

  it.each([
    ['a test failed', { numFailedTests: 2 }, '7 passed, 2 failed, 0 skipped'],
    ['a suite did not start', { numRuntimeErrorTestSuites: 1 }, '7 passed, 1 failed, 0 skipped'],
    [
      'a test was skipped',
      { numPendingTests: 1, numTodoTests: 2 },
      '7 passed, 0 failed, 3 skipped',
    ],
    ['no test ran', { numPassedTests: 0 }, '0 passed, 0 failed, 0 skipped'],
    ['Jest says so for another reason', { success: false }, '7 passed, 0 failed, 0 skipped'],
  ])('is red when %s', (_why, change, line) => {
    expect(totalsOf({ ...allPassed, ...change })).toBe(`${line} -> 1`);
  });

  it('is red when there is no result at all', () => {
    expect(totalsOf(null)).toBe('0 passed, 0 failed, 0 skipped -> 1');
  });
});
