import { looksLikeId, mapSizeMin, shapeLimits, typeIndexOf, types } from './payload-shape.js';

/** What was seen at one place of the payloads, each payload counted once. */
export interface TallyNode {
  /** Payloads that have this place. */
  present: number;
  /** Payloads by the type of the value here, in the order of `valueTypes`. */
  readonly types: number[];
  readonly fields: Map<string, TallyNode>;
  /** All elements of an array as one place. */
  items: TallyNode | null;
  /** All values of a map-like object as one place. */
  entries: TallyNode | null;
  /** True when it has too many names: they are data, and what is not counted may be there. */
  isMap: boolean;
  /** Number of the payload that was seen here last, and the types that it had here, as bits. */
  lastSample: number;
  typesOfSample: number;
}

/** Samples that go into one tally at the most, so that its learning is soon done. */
const tallySamplesMax = 40;
/** Elements of an array that are looked into: the others are mostly like them. */
const elementsMax = 5;

/** Counts where payloads of one event type have which types: cheap, on the way of every webhook. */
export class PayloadTally {
  readonly root = newTallyNode();
  samples = 0;
  nodes = 1;
  /** True when places were left out because there are too many. */
  overflowed = false;
  firstWebhookId = '';
  lastWebhookId = '';

  get isFull(): boolean {
    return this.samples >= tallySamplesMax;
  }

  add(json: unknown, webhookId: string): void {
    if (this.samples === 0) this.firstWebhookId = webhookId;
    this.lastWebhookId = webhookId;
    this.samples++;
    this.walk(this.root, json, 0);
  }

  private walk(node: TallyNode, value: unknown, depth: number): void {
    if (node.lastSample !== this.samples) {
      node.lastSample = this.samples;
      node.present++;
      node.typesOfSample = 0;
    }
    const type = typeIndexOf(value);
    const bit = 1 << type;
    if ((node.typesOfSample & bit) === 0) {
      node.typesOfSample |= bit;
      node.types[type] = (node.types[type] ?? 0) + 1;
    }
    if (depth >= shapeLimits.depthMax) return;
    if (type === types.array) this.walkItems(node, value as readonly unknown[], depth);
    if (type === types.object) this.walkFields(node, value as Record<string, unknown>, depth);
  }

  private walkItems(node: TallyNode, values: readonly unknown[], depth: number): void {
    if (values.length === 0) return;
    const items = (node.items ??= this.newNode());
    if (items === null) return;
    const looked = Math.min(values.length, elementsMax);
    for (let index = 0; index < looked; index++) this.walk(items, values[index], depth + 1);
  }

  private walkFields(node: TallyNode, value: Record<string, unknown>, depth: number): void {
    const names = Object.keys(value);
    if (names.length >= mapSizeMin || node.isMap) {
      node.isMap = true;
      for (const name of names.slice(0, elementsMax)) this.walkEntry(node, value[name], depth);
      return;
    }
    for (const name of names) {
      const field = node.fields.get(name) ?? this.newField(node, name);
      if (field !== null) this.walk(field, value[name], depth + 1);
      else if (!this.overflowed) this.walkEntry(node, value[name], depth);
    }
  }

  private walkEntry(node: TallyNode, value: unknown, depth: number): void {
    const entries = (node.entries ??= this.newNode());
    if (entries !== null) this.walk(entries, value, depth + 1);
  }

  /** Null for a name that is no field but a key of a map. */
  private newField(node: TallyNode, name: string): TallyNode | null {
    if (looksLikeId(name)) return null;
    if (node.fields.size >= mapSizeMin) {
      node.isMap = true;
      return null;
    }
    const field = this.newNode();
    if (field !== null) node.fields.set(name, field);
    return field;
  }

  private newNode(): TallyNode | null {
    if (this.nodes >= shapeLimits.nodesMax) {
      this.overflowed = true;
      return null;
    }
    this.nodes++;
    return newTallyNode();
  }
}

function newTallyNode(): TallyNode {
  return {
    present: 0,
    types: [0, 0, 0, 0, 0, 0],
    fields: new Map(),
    items: null,
    entries: null,
    isMap: false,
    lastSample: 0,
    typesOfSample: 0,
  };
}
