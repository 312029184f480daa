import { type House } from './house.ts';
import { type Declaration, type Relation } from './model/declarations.ts';

/** What a context declares of itself, if that could be read. */
export function declaredIn({ contexts }: House, context: string): Declaration | null {
  return contexts.find((reading) => reading.context === context)?.declaration ?? null;
}

/** One import of a contract by another module; modules are written `context/module`. */
export interface ContractImport {
  readonly upstream: string;
  readonly downstream: string;
  readonly file: string;
  readonly line: number;
  /** The file of the contract. */
  readonly target: string;
  /** The folder of the module in which the import stands. */
  readonly layer: string;
}

/** Every import of a contract of another module, tests aside. */
export function contractImports({ code }: House): ContractImport[] {
  return code.flatMap(({ path, place, imports }) => {
    if (place.kind !== 'module') return [];
    return imports.flatMap(({ target, line }) => {
      const to = target === null ? null : contractPlace(target);
      if (target === null || to === null || to === place.unit.slice('src/'.length)) return [];
      const downstream = place.unit.slice('src/'.length);
      return [{ upstream: to, downstream, file: path, line, target, layer: place.layer }];
    });
  });
}

/** The declared relation that covers this direction of use. */
export function relationFor(
  { contexts }: House,
  { upstream, downstream }: Pick<ContractImport, 'upstream' | 'downstream'>,
): Relation | undefined {
  const relations = contexts.flatMap((reading) => reading.relations);
  return relations.find(
    (relation) =>
      (relation.upstream === upstream && relation.downstream === downstream) ||
      (relation.kind === 'partnership' &&
        relation.upstream === downstream &&
        relation.downstream === upstream),
  );
}

/** `context/module` of a file in contracts/, null for any other file. */
function contractPlace(file: string): string | null {
  return /^src\/([\w-]+\/[\w-]+)\/contracts\//.exec(file)?.[1] ?? null;
}
