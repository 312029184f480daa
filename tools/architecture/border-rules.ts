import { type HouseGraph } from './import-graph.ts';
import { type Place } from './place.ts';
import { eachImport, type PlacedImport, type Rule } from './rule.ts';

const everyFile = ({ code, specs }: HouseGraph) => [...code, ...specs];

export const borderRules: readonly Rule[] = [
  {
    id: 'foreign-files-only-by-contract',
    sentence:
      'Of other modules only contracts/ may be imported, of the application nothing; only ' +
      'app.module.ts wires x.module.ts.',
    why:
      'Only contracts are versioned and compared; anything else ties two modules together ' +
      'unseen.',
    mend: 'Send a command or query, react to its event, or move the message to its contracts/.',
    check: eachImport(everyFile, ({ unit, from, edge, to }) => {
      if (from.kind === 'module' && to?.kind === 'app') return `imports ${edge.specifier}`;
      if (to?.kind !== 'module' || from.kind === 'kernel') return null;
      if (to.unit === from.unit || to.layer === 'contracts') return null;
      if (to.layer === 'wiring' && unit.path === 'src/app.module.ts') return null;
      return `imports ${edge.specifier}, which is not a contract of ${to.unit}`;
    }),
  },
  {
    id: 'infrastructure-below-communication',
    sentence: 'The infrastructure context never imports communication, not even its contracts.',
    why: 'What traffic runs on must work, and be tested, without what runs on it.',
    mend: 'Turn the dependency round: communication reacts to an event of infrastructure.',
    check: eachImport(everyFile, ({ from, edge, to }) =>
      contextOf(from) === 'infrastructure' && contextOf(to) === 'communication'
        ? `imports ${edge.specifier}`
        : null,
    ),
  },
  {
    id: 'relative-inside-hash-across',
    sentence: 'A relative import stays inside its module; an import with # crosses a border.',
    why: 'The form of an import shows whether it crosses a border.',
    mend: 'Write ./x.js inside the module or kernel folder, #context/module/x.js across.',
    check: eachImport(everyFile, formFault),
  },
];

function formFault({ unit, from, edge, to }: PlacedImport): string | null {
  if (to === null) return null;
  const isRelative = edge.specifier.startsWith('.');
  if (to.kind === 'outside') {
    // Tests beside the code may use the harness under test/; code must never leave src.
    return isRelative && unit.path.endsWith('.spec.ts') ? null : `${edge.specifier} leaves src`;
  }
  const isInside = from.unit === to.unit;
  if (isRelative && !isInside) return `${edge.specifier} leaves ${from.unit}`;
  if (!isRelative && isInside) return `${edge.specifier} stays inside ${from.unit}`;
  return null;
}

function contextOf(place: Place | null): string | null {
  return place?.kind === 'module' || place?.kind === 'context' ? place.context : null;
}
