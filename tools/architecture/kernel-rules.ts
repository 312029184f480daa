import { type HouseGraph } from './import-graph.ts';
import { eachImport, type Rule, type Violation } from './rule.ts';

/** npm packages that the pure heart of the kernel may use. */
const kernelDomainPackages = ['uuid', 'node:crypto'];

/** A tenth above what it takes today: growth is seen in a review, since it changes these lines. */
const kernelFilesMax = 330;
const kernelLinesMax = 23_000;

export const kernelRules: readonly Rule[] = [
  {
    id: 'kernel-domain-stands-alone',
    sentence:
      'shared-kernel/domain imports nothing of ours and no package but uuid and node:crypto.',
    why: 'Everything leans on it: what it imports, every file of the program imports.',
    mend: 'Move what needs more to another folder of the kernel, or take the value as an argument.',
    check: eachImport(
      ({ code }) => code,
      ({ from, edge, to }) => {
        if (from.kind !== 'kernel' || from.folder !== 'domain') return null;
        if (to === null) {
          return kernelDomainPackages.includes(edge.package)
            ? null
            : `imports the package ${edge.specifier}`;
        }
        const isOwn = to.kind === 'kernel' && to.folder === 'domain';
        return isOwn || to.kind === 'outside' ? null : `imports ${edge.specifier}`;
      },
    ),
  },
  {
    id: 'kernel-knows-no-context',
    sentence: 'The shared kernel never imports a context or the application.',
    why: 'A kernel that knows one context drags it into all others and makes a cycle.',
    mend: 'Let the kernel declare what it needs (a port, a registry) and the module hand it in.',
    check: eachImport(
      ({ code, specs }) => [...code, ...specs],
      ({ from, edge, to }) => {
        if (from.kind !== 'kernel' || from.folder === 'domain') return null;
        if (to === null || to.kind === 'kernel' || to.kind === 'outside') return null;
        return `imports ${edge.specifier}`;
      },
    ),
  },
  {
    id: 'budget-kernel',
    sentence: `The shared kernel has at most ${kernelFilesMax} files and ${kernelLinesMax} lines.`,
    why: "All contexts share it, so every line of it is everybody's to know.",
    mend: 'Move what only one context uses to that context, or raise the budget with a reason.',
    check: kernelSize,
  },
];

function kernelSize({ code }: HouseGraph): Violation[] {
  const files = code.filter(({ place }) => place.kind === 'kernel');
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const [largest] = [...files].sort((a, b) => b.lines - a.lines);
  if (largest === undefined) return [];
  if (files.length <= kernelFilesMax && lines <= kernelLinesMax) return [];
  const found = `is the largest of ${files.length} files with ${lines} lines`;
  return [{ file: largest.path, line: 1, found }];
}
