import type { Atom, NameClass } from './formula.js';

/** The same text for atoms that say the same. */
export function atomKey(atom: Atom): string {
  switch (atom.kind) {
    case 'type':
      return `type ${[...atom.types].sort().join(' ')}`;
    case 'enum':
      return `enum ${[...atom.values.keys()].sort().join(' ')}`;
    case 'opaque':
      return `opaque ${atom.text}`;
    case 'integer':
    case 'unique':
      return atom.kind;
    case 'above':
      return `above ${atom.limit} ${String(atom.inclusive)}`;
    case 'multiple':
      return `multiple ${atom.divisor}`;
    case 'size':
      return `size ${atom.on} ${atom.atLeast}`;
    case 'pattern':
      return `pattern ${atom.pattern}`;
    case 'format':
      return `format ${atom.format}`;
    case 'item':
      return `item ${atom.index} ${atom.node.id}`;
    case 'items':
      return `items ${atom.from} ${atom.node.id}`;
    case 'contains':
      return `contains ${atom.atLeast} ${atom.node.id}`;
    case 'has':
      return `has ${atom.name}`;
    case 'values':
      return `values ${nameClassKey(atom.names)} ${atom.node.id}`;
    case 'names':
      return `names ${atom.node.id}`;
  }
}

function nameClassKey(names: NameClass): string {
  if (names.kind === 'name') return `name ${JSON.stringify(names.name)}`;
  if (names.kind === 'pattern') return `pattern ${JSON.stringify(names.pattern)}`;
  return `rest ${JSON.stringify([[...names.names].sort(), [...names.patterns].sort()])}`;
}
