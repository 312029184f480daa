import { type HouseGraph } from './import-graph.ts';
import { closureOf, type Edges, edgesFrom, edgesOf, ringThrough } from './reach.ts';
import { type Rule, type Violation } from './rule.ts';

/**
 * Files of the contexts that one command may need, itself included. The kernel's are not counted:
 * who knows one command knows them. The data files of a registry count as one, or every new
 * provider would cost.
 */
const commandClosureMax = 25;
const registryData = /\/(providers|channels|policies)\//;

export const graphRules: readonly Rule[] = [
  {
    id: 'no-file-cycles',
    sentence: 'No file imports itself over others; types count, since they bind as tightly.',
    why: 'Files in a cycle are one file: none is understood, tested or loaded alone.',
    mend: 'Move what both need into a third file, or turn one direction into a port or a message.',
    check: cycles,
  },
  {
    id: 'budget-command-closure',
    sentence:
      `A command needs at most ${commandClosureMax} files outside of the kernel, itself included; ` +
      'another file of commands/ counts as one, since it is held to the same.',
    why: 'Who changes a command has to know what it needs; beyond a few files nobody does.',
    mend: 'Import the file that has the thing, split files that carry two things, lean on ports.',
    check: wideCommands,
  },
];

function cycles(graph: HouseGraph): Violation[] {
  const edges = edgesOf(graph);
  const reported = new Set<string>();
  const violations: Violation[] = [];
  for (const { path } of graph.code) {
    const ring = reported.has(path) ? null : ringThrough(edges, path);
    if (ring === null) continue;
    for (const member of ring) reported.add(member);
    const [, next] = [...ring, path];
    for (const { target, line } of edgesFrom(edges, path)) {
      if (target !== next) continue;
      violations.push({ file: path, line, found: [...ring, path].join(' -> ') });
      break;
    }
  }
  return violations;
}

function wideCommands(graph: HouseGraph): Violation[] {
  const edges = edgesOf(graph);
  return graph.code.flatMap(({ path, place }) => {
    if (place.kind !== 'module' || place.layer !== 'commands') return [];
    const size = countedSize(closureOf(withoutCommands(edges, path), path));
    if (size <= commandClosureMax) return [];
    return edgesFrom(edges, path)
      .map((edge) => ({
        ...edge,
        brings: countedSize(closureOf(withoutCommands(edges, edge.target), edge.target)),
      }))
      .sort((a, b) => b.brings - a.brings)
      .slice(0, 1)
      .map(({ line, specifier, brings }) => ({
        file: path,
        line,
        found: `needs ${size} files; most come with ${specifier} (${brings})`,
      }));
  });
}

/** What other commands need belongs to them. */
function withoutCommands(edges: Edges, start: string): Edges {
  const isOther = (path: string) => path !== start && path.includes('/commands/');
  return new Map([...edges].map(([path, imports]) => [path, isOther(path) ? [] : imports]));
}

function countedSize(closure: ReadonlySet<string>): number {
  const counted = [...closure].filter((path) => !path.startsWith('src/shared-kernel/'));
  return new Set(
    counted.map((path) => path.replace(/[^/]+$/, (file) => fileOrRegistry(path, file))),
  ).size;
}

function fileOrRegistry(path: string, file: string): string {
  return registryData.test(path) ? 'registry' : file;
}
