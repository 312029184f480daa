import ts from 'typescript';
import { type HouseGraph } from './import-graph.ts';
import { eachNode, type Rule, type Violation } from './rule.ts';

const fileLinesMax = 300;
const fileLinesP95 = 200;
const fileLinesMedian = 80;
const importsMax = 12;
const columnsMax = 100;
const npmScriptsMax = 12;

export const budgetRules: readonly Rule[] = [
  {
    id: 'budget-file-lines',
    sentence: `A file has at most ${fileLinesMax} lines.`,
    why: 'A longer file is about several things.',
    mend: 'Split it by the things that it is about; each gets a file of its own name.',
    check: ({ code }) =>
      code
        .filter((unit) => unit.lines > fileLinesMax)
        .map(({ path, lines }) => ({
          file: path,
          line: fileLinesMax + 1,
          found: `has ${lines} lines`,
        })),
  },
  quantileRule('budget-file-lines-median', 'The median', 0.5, fileLinesMedian),
  quantileRule('budget-file-lines-p95', 'The 95th percentile', 0.95, fileLinesP95),
  {
    id: 'budget-imports',
    sentence: `A file imports from at most ${importsMax} others of ours; wiring is a list and may be longer.`,
    why: 'Each import is something to know before the file can be changed.',
    mend: 'A file that needs so many does several things: split it.',
    check: ({ code }) =>
      code.flatMap(({ path, imports }) => {
        if (path.endsWith('.module.ts')) return [];
        const ours = imports.filter((edge) => edge.target !== null);
        const count = new Set(ours.map((edge) => edge.specifier)).size;
        if (count <= importsMax) return [];
        return [{ file: path, line: 1, found: `imports from ${count}` }];
      }),
  },
  {
    id: 'budget-columns',
    sentence: `A line has at most ${columnsMax} columns, strings and addresses excepted.`,
    why: 'Wider lines wrap in reviews and side by side.',
    mend: 'Break the comment or the code; Prettier does the latter.',
    check: wideLines,
  },
  {
    id: 'no-any',
    sentence: 'The type any is not used.',
    why: 'It switches the compiler off for everything that it touches.',
    mend: 'Use unknown and a zod schema, or a type parameter.',
    check: eachNode(
      ({ code }) => code,
      (node) => (node.kind === ts.SyntaxKind.AnyKeyword ? 'uses any' : null),
    ),
  },
  {
    id: 'no-default-exports',
    sentence: 'Exports are named.',
    why: 'A default export has another name in every file that imports it.',
    mend: 'Export the thing under its name: it is then called the same everywhere.',
    check: eachNode(({ code }) => code, defaultFault),
  },
  {
    id: 'budget-npm-scripts',
    sentence: `package.json has at most ${npmScriptsMax} scripts.`,
    why: 'A list of commands that nobody can remember is not a list.',
    mend: 'Make it a sub-command of an existing script (cli, bench, reference).',
    check: npmScripts,
  },
];

function quantileRule(id: string, what: string, quantile: number, linesMax: number): Rule {
  return {
    id,
    sentence: `${what} of the files' lines is at most ${linesMax}.`,
    why: 'Most files must be read at a glance, or reading the program takes days.',
    mend: 'Split the largest files by the things that they are about.',
    check: ({ code }) => {
      const sorted = [...code].sort((a, b) => a.lines - b.lines);
      const at = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))];
      if (at === undefined || at.lines <= linesMax) return [];
      return [{ file: at.path, line: 1, found: `is that file, with ${at.lines} lines` }];
    },
  };
}

function wideLines({ code }: HouseGraph): Violation[] {
  return code.flatMap(({ path, text }) =>
    text.split('\n').flatMap((content, index) => {
      if (content.length <= columnsMax || /https?:\/\//.test(content)) return [];
      const isComment = /^\s*(?:\/\/|\/?\*)/.test(content);
      // Prettier breaks all code but strings, templates and patterns.
      if (!isComment && /['"`]|\/.+\//.test(content)) return [];
      return [{ file: path, line: index + 1, found: `has ${content.length} columns` }];
    }),
  );
}

function defaultFault(node: ts.Node): string | null {
  const isDefault =
    ts.isExportAssignment(node) ||
    (node.kind === ts.SyntaxKind.DefaultKeyword && ts.isModifier(node)) ||
    (ts.isExportSpecifier(node) && node.name.text === 'default');
  return isDefault ? 'exports by default' : null;
}

function npmScripts({ tree }: HouseGraph): Violation[] {
  const text = tree.get('package.json') ?? '{}';
  const manifest = JSON.parse(text) as { readonly scripts?: Readonly<Record<string, string>> };
  const count = Object.keys(manifest.scripts ?? {}).length;
  if (count <= npmScriptsMax) return [];
  const line = text.slice(0, text.indexOf('"scripts"')).split('\n').length;
  return [{ file: 'package.json', line, found: `has ${count} scripts` }];
}
