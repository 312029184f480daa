import { type House } from './house.ts';
import { type ContextReading, type Relation } from './model/declarations.ts';
import { type Violation } from './rule.ts';

/**
 * What is wrong with the declared relations by themselves. The roles that exclude each other are
 * those of Context Mapper (https://contextmapper.org/docs/language-model/).
 */
export function relationFaults({ contexts, code }: House): Violation[] {
  const modules = new Set(
    code.flatMap(({ place }) => (place.kind === 'module' ? [place.unit.slice('src/'.length)] : [])),
  );
  const seen = new Set<string>();
  return contexts.flatMap((reading) =>
    reading.relations.flatMap((relation) =>
      [
        ...endFaults(relation, modules),
        ...homeFaults(relation, reading),
        ...roleFaults(relation),
        ...repetition(relation, seen),
      ].map((found) => ({ file: relation.file, line: relation.line, found })),
    ),
  );
}

function endFaults({ upstream, downstream }: Relation, modules: ReadonlySet<string>): string[] {
  if (upstream === downstream) return [`relates ${upstream} to itself`];
  return [upstream, downstream]
    .filter((module) => !modules.has(module))
    .map((module) => `${module} is no module`);
}

function homeFaults({ kind, upstream, downstream }: Relation, { context }: ContextReading) {
  const homes = kind === 'partnership' ? [upstream, downstream] : [downstream];
  const isHome = homes.some((module) => module.startsWith(`${context}/`));
  return isHome ? [] : [`${downstream} declares its relations in its own context`];
}

function roleFaults({ kind, offers, takes, translatedIn }: Relation): string[] {
  if (kind === 'partnership') return [];
  const isSupplier = offers.includes('supplier');
  const isTranslated = takes === 'anti-corruption-layer';
  return [
    ...(isSupplier === (takes === 'customer') ? [] : ['has a customer or a supplier alone']),
    ...(isSupplier && offers.includes('open-host-service')
      ? ['is customer and supplier, to whom no open host service is open']
      : []),
    ...(isTranslated === (translatedIn !== null)
      ? []
      : ['an anti-corruption layer, and it alone, says in which folder it translates']),
  ];
}

function repetition({ kind, upstream, downstream }: Relation, seen: Set<string>): string[] {
  const there = `${upstream} -> ${downstream}`;
  const back = `${downstream} -> ${upstream}`;
  const pairs = kind === 'partnership' ? [there, back] : [there];
  const isRepeated = pairs.some((pair) => seen.has(pair));
  for (const pair of pairs) seen.add(pair);
  return isRepeated ? [`${there} is declared twice`] : [];
}
