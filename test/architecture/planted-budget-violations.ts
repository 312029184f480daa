import { type PlantedViolation } from './planted-violation.ts';

const letters = 'src/communication/letters';
const lines = (count: number) => 'export {};\n'.repeat(count);

/** `count` files of the domain with `linesEach` lines each. */
function files(name: string, count: number, linesEach: number): Record<string, string> {
  const numbers = Array.from({ length: count }, (_, index) => index);
  return Object.fromEntries(
    numbers.map((number) => [`${letters}/domain/${name}-${number}.ts`, lines(linesEach)]),
  );
}

function importsOf(name: string, count: number, folder: string): string {
  return Array.from({ length: count }, (_, at) => `import '${folder}${name}-${at}.js';\n`).join('');
}

export const plantedBudgetViolations: readonly PlantedViolation[] = [
  {
    rule: 'budget-file-lines',
    what: 'a file has 301 lines',
    // The small ones keep the percentiles low: here only the maximum is broken.
    files: { ...files('page', 10, 1), [`${letters}/domain/long.ts`]: lines(301) },
    at: `${letters}/domain/long.ts:301`,
  },
  {
    rule: 'budget-file-lines-median',
    what: 'most files have 81 lines',
    files: files('page', 60, 81),
    at: `${letters}/domain/page-22.ts:1`,
  },
  {
    rule: 'budget-file-lines-p95',
    what: 'one file in ten has 201 lines',
    files: files('page', 3, 201),
    at: `${letters}/domain/page-1.ts:1`,
  },
  {
    rule: 'budget-imports',
    what: 'a file imports from 13 others',
    files: {
      ...files('ink', 13, 1),
      [`${letters}/domain/rainbow.ts`]: importsOf('ink', 13, './'),
    },
    at: `${letters}/domain/rainbow.ts:1`,
  },
  {
    rule: 'budget-command-closure',
    what: 'a command needs 26 files, most of them behind its second import',
    files: {
      ...files('ink', 12, 1),
      ...files('dye', 11, 1),
      [`${letters}/domain/rainbow.ts`]: importsOf('ink', 12, './'),
      [`${letters}/domain/dyes.ts`]: importsOf('dye', 11, './'),
      [`${letters}/commands/paint-letter.ts`]: `import '../domain/dyes.js';\nimport '../domain/rainbow.js';\n`,
    },
    at: `${letters}/commands/paint-letter.ts:2`,
  },
  {
    rule: 'budget-columns',
    what: 'a comment has 101 columns',
    files: { [`${letters}/domain/wide.ts`]: `export {};\n// ${'word '.repeat(19)}end\n` },
    at: `${letters}/domain/wide.ts:2`,
  },
  {
    rule: 'budget-columns',
    what: 'a line of code has 101 columns',
    files: {
      [`${letters}/domain/wide.ts`]: `export {};\nexport const sum = ${'1 + '.repeat(20)}11;\n`,
    },
    at: `${letters}/domain/wide.ts:2`,
  },
  {
    rule: 'no-any',
    what: 'a parameter is any',
    files: { [`${letters}/domain/loose.ts`]: `export {};\nexport const f = (x: any[]) => x;\n` },
    at: `${letters}/domain/loose.ts:2`,
  },
  ...[
    'export default class {}',
    'const a = 1; export default a;',
    'const a = 1; export { a as default };',
  ].map((fault) => ({
    rule: 'no-default-exports',
    what: `a file says ${fault}`,
    files: { [`${letters}/domain/nameless.ts`]: `export {};\n${fault}\n` },
    at: `${letters}/domain/nameless.ts:2`,
  })),
  {
    rule: 'budget-kernel',
    what: 'the kernel has 340 files more',
    files: Object.fromEntries(
      Array.from({ length: 340 }, (_, at) => [
        `src/shared-kernel/messaging/bus-${at}.ts`,
        lines(9),
      ]),
    ),
    at: 'src/shared-kernel/messaging/bus-0.ts:1',
  },
  {
    rule: 'budget-kernel',
    what: 'the kernel has 23,500 lines more in 190 files',
    files: Object.fromEntries(
      Array.from({ length: 190 }, (_, at) => {
        const size = at < 4 ? 300 : at < 80 ? 195 : 70;
        return [`src/shared-kernel/messaging/bus-${at}.ts`, lines(size)];
      }),
    ),
    at: 'src/shared-kernel/messaging/bus-0.ts:1',
  },
  {
    rule: 'budget-npm-scripts',
    what: 'package.json has 13 scripts',
    files: {
      'package.json': JSON.stringify(
        { scripts: Object.fromEntries(Array.from('abcdefghijklm', (name) => [name, 'true'])) },
        null,
        2,
      ),
    },
    at: 'package.json:2',
  },
];
