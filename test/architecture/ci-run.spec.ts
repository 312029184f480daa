import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A stand-in for npm and npx: fails in the step named by FAULT, writes the result of the tests. */
const npm = `#!/usr/bin/env bash
if [ "$1" = ci ] && [ "$FAULT" != ci ]; then
  mkdir -p node_modules/.bin && ln -sf "$NODE" node_modules/.bin/node
fi
for argument in "$@"; do
  case $argument in --outputFile=*) printf %s "$RESULT" >"\${argument#*=}" ;; esac
done
for argument in "$@"; do
  [ "$argument" != "$FAULT" ] || exit 1
done
`;
const timeout = '#!/usr/bin/env bash\nshift 2\nexec "$@"\n';

describe('the CI run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ci-run-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeEach(() => {
    rmSync(folder, { recursive: true, force: true });
    for (const name of ['bin', '.ci', 'tools/ci'])
      mkdirSync(join(folder, name), { recursive: true });
    for (const file of ['.ci/run', 'tools/ci/print-totals.ts'])
      copyFileSync(file, join(folder, file));
    const programs = { npm, npx: npm, timeout, 'apt-get': '#!/bin/sh\n' };
    for (const [name, text] of Object.entries(programs)) {
      writeFileSync(join(folder, 'bin', name), text, { mode: 0o755 });
    }
  });

  /** Runs every step with stand-ins; answers the exit code and the last line. */
  function run(fault: string, failedTests = 0): string {
    const result = {
      success: failedTests === 0,
      numPassedTests: 5,
      numFailedTests: failedTests,
      numPendingTests: 0,
      numTodoTests: 0,
      numRuntimeErrorTestSuites: 0,
    };
    const env = {
      ...process.env,
      PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
      NODE: process.execPath,
      FAULT: fault,
      RESULT: JSON.stringify(result),
    };
    const { status, stdout } = spawnSync('bash', ['.ci/run'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    return `${status}: ${stdout.trimEnd().split('\n').at(-1)}`;
  }

  it('is green when every step passes', () => {
    expect(run('none')).toBe('0: 5 passed, 0 failed, 0 skipped');
  });

  it.each(['build', 'lint', 'types', 'knip', 'demo'])(
    'is red when only %s fails, and still tells of all tests',
    (fault) => {
      expect(run(fault)).toBe('1: 5 passed, 0 failed, 0 skipped');
    },
  );

  it('is red when a test fails', () => {
    expect(run('test', 2)).toBe('1: 5 passed, 2 failed, 0 skipped');
  });

  it('is red when only the runner fails, for example over coverage', () => {
    expect(run('test')).toBe('1: 5 passed, 0 failed, 0 skipped');
  });

  it('is red and tells of no test when the install fails', () => {
    expect(run('ci')).toBe('1: 0 passed, 0 failed, 0 skipped');
  });
});
