import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** What knip says, by the project's own settings, of a project that consists of these files. */
function reportOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'unused-code-'));
  try {
    copyFileSync('knip.json', join(folder, 'knip.json'));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const knip = resolve('node_modules/knip/bin/knip.js');
    // Hints would be about the entries of the settings that this small project has not.
    const options = ['--reporter', 'compact', '--no-config-hints'];
    const run = spawnSync(process.execPath, [knip, ...options], { cwd: folder, encoding: 'utf8' });
    return `exit ${run.status}\n${run.stdout}${run.stderr}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const small = {
  'package.json': '{ "name": "small", "type": "module" }',
  'src/main.ts': `import { used } from './parts.js';\nconsole.log(used);\n`,
  'src/parts.ts': 'export const used = 1;\n',
};

describe('the check for unused code', () => {
  it('lets a project pass that uses all it has', () => {
    expect(reportOf(small)).toBe('exit 0\n');
  });

  it.each([
    ['a file', { 'src/orphan.ts': 'export {};\n' }, 'src/orphan.ts'],
    ['an export', { 'src/parts.ts': 'export const used = 1;\nexport const idle = 2;\n' }, 'idle'],
    [
      'a dependency',
      { 'package.json': '{ "name": "small", "type": "module", "dependencies": { "zod": "4" } }' },
      'zod',
    ],
  ])('refuses %s that nothing uses', (_what, files, named) => {
    const report = reportOf({ ...small, ...files });
    expect(report).toMatch(/^exit 1\n/);
    expect(report).toContain(named);
  });
});
