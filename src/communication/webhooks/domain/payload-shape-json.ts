import { newShapeNode, type PayloadShape, type ShapeNode, type Watched } from './payload-shape.js';

/** Without names of properties: a large shape has a thousand places. */
type WatchedJson = [base: number[], recent: number[], doubts: number];
type NodeJson = [
  presence: WatchedJson,
  types: WatchedJson,
  fields: [name: string, node: NodeJson][],
  items: NodeJson | 0,
  entries: NodeJson | 0,
];
type ShapeJson = [samples: number, nodes: number, root: NodeJson];

/** A shape as text to store; names of fields stay data, whatever they are. */
export function shapeToJson({ samples, nodes, root }: PayloadShape): string {
  return JSON.stringify([samples, nodes, nodeToJson(root)] satisfies ShapeJson);
}

/** The shape that `shapeToJson` wrote. */
export function shapeFromJson(text: string): PayloadShape {
  const [samples, nodes, root] = JSON.parse(text) as ShapeJson;
  return { samples, nodes, root: nodeFromJson(root) };
}

function nodeToJson({ presence, types, fields, items, entries }: ShapeNode): NodeJson {
  return [
    [presence.base, presence.recent, presence.doubts],
    [types.base, types.recent, types.doubts],
    [...fields].map(([name, field]) => [name, nodeToJson(field)]),
    items === null ? 0 : nodeToJson(items),
    entries === null ? 0 : nodeToJson(entries),
  ];
}

function nodeFromJson([presence, types, fields, items, entries]: NodeJson): ShapeNode {
  return {
    ...newShapeNode(0),
    presence: watchedFromJson(presence),
    types: watchedFromJson(types),
    fields: new Map(fields.map(([name, field]) => [name, nodeFromJson(field)])),
    items: items === 0 ? null : nodeFromJson(items),
    entries: entries === 0 ? null : nodeFromJson(entries),
  };
}

function watchedFromJson([base, recent, doubts]: WatchedJson): Watched {
  return { base, recent, doubts };
}
