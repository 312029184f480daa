import { spawnSync } from 'node:child_process';

interface LintResult {
  readonly messages: readonly { readonly ruleId: string | null; readonly line: number }[];
}

/** What ESLint says of a text that stands in place of a file of the tree, as `rule:line`. */
function lint(file: string, text: string): string[] {
  const eslint = 'node_modules/eslint/bin/eslint.js';
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [eslint, '--format', 'json', '--stdin', '--stdin-filename', file],
    {
      input: text,
      encoding: 'utf8',
      // Else typescript-eslint takes the run for one over files and reads the file from disk.
      env: { ...process.env, TSESTREE_SINGLE_RUN: 'false' },
    },
  );
  if (stdout === '') throw new Error(stderr);
  const [result] = JSON.parse(stdout) as readonly LintResult[];
  return (result?.messages ?? []).map(({ ruleId, line }) => `${ruleId}:${line}`);
}

const faults = [
  ['@typescript-eslint/no-explicit-any', 'export const loose = (value: any) => typeof value;'],
  ['@typescript-eslint/no-floating-promises', 'Promise.resolve();'],
  ['no-console', 'console.log(1);'],
  ['eqeqeq', 'export const same = (a: number, b: number) => a == b;'],
  ['@typescript-eslint/no-non-null-assertion', 'export const sure = (a?: string) => a!;'],
  ['no-restricted-syntax', `export * from './clock.js';`],
  ['no-restricted-syntax', 'export default 1;'],
  ['max-lines-per-function', `export function long() {${'\n'.repeat(70)}}`],
  ['max-lines', '\n'.repeat(300)],
] as const;

// Types are read for the whole project first: that takes seconds, once per run of ESLint.
const timeoutMs = 60_000;

describe('lint', () => {
  it(
    'reports every planted fault and nothing else',
    () => {
      let line = 1;
      const expected: string[] = [];
      for (const [rule, text] of faults) {
        expected.push(`${rule}:${rule === 'max-lines' ? 301 : line}`);
        line += text.split('\n').length;
      }
      const text = faults.map(([, fault]) => fault).join('\n');
      expect(lint('src/shared-kernel/domain/page.ts', text).sort()).toEqual(expected.sort());
    },
    timeoutMs,
  );

  it(
    'lets a class that Nest injects be imported as a value',
    () => {
      const text =
        `import { Injectable } from '@nestjs/common';\n` +
        `import { Clock } from './clock.js';\n` +
        `@Injectable()\nexport class Watch {\n  constructor(readonly clock: Clock) {}\n}\n`;
      expect(lint('src/shared-kernel/domain/page.ts', text)).toEqual([]);
    },
    timeoutMs,
  );
});
