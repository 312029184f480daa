/** Types of a JSON value, in the order in which they are counted. */
export const valueTypes = ['null', 'boolean', 'number', 'string', 'object', 'array'] as const;
export type ValueType = (typeof valueTypes)[number];

/** Places in `valueTypes`. */
export const types = { null: 0, boolean: 1, number: 2, string: 3, object: 4, array: 5 } as const;

/** What bounds the memory of one shape. */
export const shapeLimits = {
  /** Objects and arrays within each other; what lies deeper is not looked at. */
  depthMax: 12,
  /** Places of one shape; those past it are not learned. The largest of GitHub has about 700. */
  nodesMax: 1_500,
} as const;
/** Names in an object from which it is a map: its names are data and no fields. */
export const mapSizeMin = 200;

/**
 * Trials and outcomes: what is known for long, and what came since the last judgement. The first
 * number counts the trials, each other one those with its outcome.
 */
export interface Watched {
  base: number[];
  recent: number[];
  /** Windows in a row that were neither as before nor clearly different. */
  doubts: number;
}

/** What is known of one place in the payloads. */
export interface ShapeNode {
  /** Of the payloads that could have this place (its parent was there): those that had it. */
  readonly presence: Watched;
  /** Of the payloads that had it: those with each type, in the order of `valueTypes`. */
  readonly types: Watched;
  readonly fields: Map<string, ShapeNode>;
  items: ShapeNode | null;
  entries: ShapeNode | null;
}

/** The form of the payloads that a source receives for one event type. */
export interface PayloadShape {
  readonly samples: number;
  readonly nodes: number;
  readonly root: ShapeNode;
}

/** The place of a value's type in `valueTypes`. */
export function typeIndexOf(value: unknown): number {
  if (value === null) return types.null;
  if (Array.isArray(value)) return types.array;
  switch (typeof value) {
    case 'boolean':
      return types.boolean;
    case 'number':
      return types.number;
    case 'string':
      return types.string;
    default:
      return types.object;
  }
}

const nameLengthMax = 80;
/** Numbers, dates, UUIDs, long hexadecimal, ids like `cus_9s6XKzkNRiz8i3`, addresses and paths. */
const idPattern =
  /^\d+$|^\d{4}-\d\d|^[\da-f]{8}-[\da-f]{4}-|^[\da-f]{16,}$|.@|\/|^[a-z]{2,5}_(?=[a-z]*\d)[\da-z]{10,}$/i;

/** Whether a name is a key of a map, which differs from payload to payload, and no field. */
export function looksLikeId(name: string): boolean {
  return name.length > nameLengthMax || idPattern.test(name);
}

/** A place of which nothing is known but how often it could have been there. */
export function newShapeNode(chances: number): ShapeNode {
  return {
    presence: { base: [chances, 0], recent: [0, 0], doubts: 0 },
    types: { base: [0, 0, 0, 0, 0, 0, 0], recent: [0, 0, 0, 0, 0, 0, 0], doubts: 0 },
    fields: new Map(),
    items: null,
    entries: null,
  };
}
