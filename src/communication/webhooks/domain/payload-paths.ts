import { type ShapeNode } from './payload-shape.js';

const pathLengthMax = 300;

/** The path of a field: `a.b`, or `a["b.c"]` when the name is no plain word. */
export function fieldPath(parent: string, name: string): string {
  const isPlain = /^[\w-]+$/.test(name);
  const step = isPlain ? (parent === '' ? name : `.${name}`) : `[${JSON.stringify(name)}]`;
  return `${parent}${step}`.slice(0, pathLengthMax);
}

/** Every place of a shape with its path, parents first. */
export function* placesOf(node: ShapeNode, path = ''): Generator<[path: string, node: ShapeNode]> {
  yield [path === '' ? '$' : path, node];
  for (const [name, field] of node.fields) yield* placesOf(field, fieldPath(path, name));
  if (node.items !== null) yield* placesOf(node.items, `${path}[]`);
  if (node.entries !== null) yield* placesOf(node.entries, `${path}{}`);
}
