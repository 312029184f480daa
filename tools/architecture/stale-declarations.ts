import { contractImports, relationFor } from './declared.ts';
import { type House } from './house.ts';
import { missingSides } from './message-rules.ts';
import { circlesIn, eventFlow } from './model/event-flow.ts';
import { type ContextReading } from './model/declarations.ts';
import { jsonFaults } from './payload-rule.ts';
import { relationFaults } from './relation-faults.ts';
import { type Violation } from './rule.ts';

/** Everything that a context declares and the code no longer does. */
export function staleDeclarations(house: House): Violation[] {
  return house.contexts.flatMap((reading) => [
    ...staleRelations(house, reading),
    ...[
      ...staleFolders(house, reading),
      ...staleExternals(house, reading),
      ...staleInProcess(house, reading),
      ...staleLoops(house, reading),
    ].map(({ named, found }) => ({
      file: reading.unit.path,
      line: reading.lineOfText(named),
      found,
    })),
  ]);
}

interface Stale {
  /** The text at which it stands. */
  readonly named: string;
  readonly found: string;
}

function staleRelations(house: House, { relations }: ContextReading): Violation[] {
  const uses = contractImports(house);
  // What makes no sense is told by that rule alone.
  const senseless = new Set(relationFaults(house).map(({ file, line }) => `${file}:${line}`));
  return relations.flatMap((relation) => {
    const { kind, upstream, downstream, file, line } = relation;
    if (senseless.has(`${file}:${line}`)) return [];
    const ways = uses.filter((use) => relationFor(house, use) === relation);
    const isUsed = (up: string, down: string) =>
      ways.some((use) => use.upstream === up && use.downstream === down);
    const missing = [
      ...(isUsed(upstream, downstream) ? [] : [`${downstream} uses no contract of ${upstream}`]),
      ...(kind !== 'partnership' || isUsed(downstream, upstream)
        ? []
        : [`${upstream} uses no contract of ${downstream}`]),
    ];
    return missing.map((found) => ({ file, line, found }));
  });
}

function staleFolders({ code }: House, { context, declaration }: ContextReading): Stale[] {
  const used = new Set(
    code
      .filter(({ place }) => place.kind === 'module' && place.context === context)
      .flatMap(({ imports }) => imports.map(({ target }) => target?.split('/') ?? []))
      .flatMap(([, top, folder]) => (top === 'shared-kernel' && folder ? [folder] : [])),
  );
  return (declaration?.sharedKernel ?? [])
    .filter((folder) => !used.has(folder))
    .map((folder) => ({ named: folder, found: `no module uses ${folder} of the kernel` }));
}

function staleExternals(house: House, { declaration }: ContextReading): Stale[] {
  return Object.keys(declaration?.external ?? {}).flatMap((name) => {
    const message = house.messages.find((one) => one.isContract && one.name === name);
    if (message === undefined) return [{ named: name, found: `${name} is no contract` }];
    if (missingSides(house, message).length > 0) return [];
    return [{ named: name, found: `${name} has both sides in the code` }];
  });
}

function staleInProcess(house: House, { declaration }: ContextReading): Stale[] {
  return Object.keys(declaration?.inProcess ?? {}).flatMap((name) => {
    const message = house.messages.find((one) => one.name === name);
    if (message === undefined) return [{ named: name, found: `${name} is no message` }];
    if (jsonFaults(house, message).length > 0) return [];
    return [{ named: name, found: `${name} is JSON anyway` }];
  });
}

function staleLoops(house: House, { declaration }: ContextReading): Stale[] {
  const circles = new Set(circlesIn(eventFlow(house)).map((circle) => circle.join()));
  return (declaration?.eventLoops ?? []).flatMap(({ events }) => {
    if (circles.has([...events].sort().join())) return [];
    return [{ named: events[0] ?? '', found: `there is no circle of ${events.join(', ')}` }];
  });
}
