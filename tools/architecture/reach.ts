import { type HouseGraph, type ImportEdge } from './import-graph.ts';

/** Files of ours that each file of the code imports, types included. */
export type Edges = ReadonlyMap<string, readonly OwnImport[]>;

type OwnImport = ImportEdge & { readonly target: string };

/** The file to file edges of the code, without tests and without files that do not exist. */
export function edgesOf({ code }: HouseGraph): Edges {
  const known = new Set(code.map((unit) => unit.path));
  const isKnown = (edge: ImportEdge): edge is OwnImport =>
    edge.target !== null && known.has(edge.target);
  return new Map(code.map((unit) => [unit.path, unit.imports.filter(isKnown)]));
}

/** What one file imports. */
export function edgesFrom(edges: Edges, path: string): readonly OwnImport[] {
  return edges.get(path) ?? [];
}

/** Every file that `start` needs to be compiled, itself included. */
export function closureOf(edges: Edges, start: string): ReadonlySet<string> {
  const closure = new Set([start]);
  // A set that grows while it is walked: each file is visited once.
  for (const path of closure) {
    for (const { target } of edgesFrom(edges, path)) closure.add(target);
  }
  return closure;
}

/** The shortest way from a file back to itself (`[a, b, c]` for a → b → c → a), or null. */
export function ringThrough(edges: Edges, start: string): readonly string[] | null {
  const cameFrom = new Map<string, string>();
  const waiting = [start];
  for (const path of waiting) {
    for (const { target } of edgesFrom(edges, path)) {
      if (target === start) return wayBack(cameFrom, start, path);
      if (cameFrom.has(target)) continue;
      cameFrom.set(target, path);
      waiting.push(target);
    }
  }
  return null;
}

function wayBack(cameFrom: ReadonlyMap<string, string>, start: string, last: string): string[] {
  const ring = [last];
  for (let path = last; path !== start;) {
    path = cameFrom.get(path) ?? start;
    ring.unshift(path);
  }
  return ring;
}
