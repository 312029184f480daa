import { type ContextMap, type MapContract, type MapRelation } from './context-map.ts';
import { rolesOf } from './roles.ts';

/** The map as a Mermaid flowchart: arrows go from upstream to downstream. */
export function mermaidMap({ contexts, modules, relations, application }: ContextMap): string {
  const boxes = contexts.flatMap(({ name }) => {
    const inside = modules.filter(({ context }) => context === name);
    if (inside.length === 0) return [];
    const nodes = inside.map((module) => `    ${nodeOf(module.id)}["${module.name}"]`);
    return [`  subgraph ${nodeOf(name)}["${name}"]`, ...nodes, '  end'];
  });
  const arrows = relations.map(arrowOf);
  const program = application.map(
    (contract) => `  ${nodeOf(contract.upstream)} -->|"${labelOf(contract)}"| application`,
  );
  return ['flowchart LR', ...boxes, ...arrows, ...program].join('\n');
}

function arrowOf({ kind, upstream, downstream, offers, takes, contracts }: MapRelation): string {
  const roles =
    kind === 'partnership' ? 'P, P' : `${rolesOf('U', offers)} → ${rolesOf('D', [takes])}`;
  const label = [roles, ...contracts.map(labelOf)].join('<br/>');
  const arrow = kind === 'partnership' ? '<-->' : '-->';
  return `  ${nodeOf(upstream)} ${arrow}|"${label}"| ${nodeOf(downstream)}`;
}

function labelOf({ kind, name, version }: MapContract): string {
  return `${kind} ${name.slice(name.indexOf('.') + 1)} v${version}`;
}

/** Identifiers of Mermaid: a hyphen could be read as the start of an arrow. */
function nodeOf(id: string): string {
  return id.replace(/\W/g, '_');
}
