import { chooseAmongAll } from './leaf.js';
import { solveArray } from './solve-array.js';
import { solveNumber } from './solve-number.js';
import { solveObject } from './solve-object.js';
import { solveString } from './solve-string.js';
import { typeOf } from './json-schema.js';
import type { Json, JsonType } from './json-schema.js';
import type { Leaf } from './leaf.js';
import type { Outcome } from './outcome.js';

/** Finds a document of that type that meets the literals, or proves that there is none. */
export function solveLeaf(type: JsonType, leaf: Leaf): Outcome {
  for (const { atom, negated } of leaf.literals) {
    if (atom.kind !== 'enum' || negated) continue;
    const values = [...atom.values.values()] as Json[];
    return chooseAmongAll(
      values.filter((value) => typeOf(value) === type),
      leaf,
    );
  }
  switch (type) {
    case 'null':
      return chooseAmongAll([null], leaf);
    case 'boolean':
      return chooseAmongAll([true, false], leaf);
    case 'number':
      return solveNumber(leaf);
    case 'string':
      return solveString(leaf);
    case 'array':
      return solveArray(leaf);
    case 'object':
      return solveObject(leaf);
  }
}
