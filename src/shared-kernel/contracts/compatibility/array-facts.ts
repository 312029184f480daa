import { fit, misfit } from './goal-parts.js';
import type { Literal } from './formula.js';
import type { SchemaNode, Signed } from './schema-pool.js';

/** One item at least, at or after that place, must be like that. */
export interface ItemDemand {
  readonly from: number;
  readonly item: Signed;
  /** Demands of one group need different items. */
  readonly group: number;
}

interface ItemRule {
  readonly from: number;
  readonly upTo: number;
  readonly item: Signed;
}

const groupMax = 8;

/** What a set of literals says about an array, ordered by what it is about. */
export class ArrayFacts {
  readonly demands: ItemDemand[] = [];
  lengthMin = 0;
  lengthMax = Infinity;
  mustBeUnique = false;
  mustRepeat = false;
  /** From here on all items are under the same rules. */
  tail = 0;
  readonly #rules: ItemRule[] = [];
  readonly #atMost = new Map<SchemaNode, number>();
  readonly #atLeast = new Map<SchemaNode, number>();

  constructor(literals: readonly Literal[]) {
    for (const literal of literals) this.#take(literal);
  }

  /** Schemas of which more items must match the first than may match the second. */
  get rivals(): (readonly [more: SchemaNode, fewer: SchemaNode])[] {
    return [...this.#atLeast].flatMap(([more, least]) =>
      [...this.#atMost].filter(([, most]) => least > most).map(([fewer]) => [more, fewer] as const),
    );
  }

  /** What the item at that place must be. */
  itemGoal(index: number): Signed[] {
    return this.#rules
      .filter(({ from, upTo }) => from <= index && index < upTo)
      .map(({ item }) => item);
  }

  #take({ atom, negated }: Literal): void {
    switch (atom.kind) {
      case 'size':
        if (negated) this.lengthMax = Math.min(this.lengthMax, atom.atLeast - 1);
        else this.lengthMin = Math.max(this.lengthMin, atom.atLeast);
        break;
      case 'unique':
        if (negated) this.mustRepeat = true;
        else this.mustBeUnique = true;
        break;
      case 'item':
        this.#rule(atom.index, atom.index + 1, negated ? misfit(atom.node) : fit(atom.node));
        if (negated) this.lengthMin = Math.max(this.lengthMin, atom.index + 1);
        break;
      case 'items':
        this.tail = Math.max(this.tail, atom.from);
        if (negated) this.#demand(atom.from, misfit(atom.node), 1);
        else this.#rule(atom.from, Infinity, fit(atom.node));
        break;
      case 'contains':
        if (negated) this.#containsFewer(atom.node, atom.atLeast - 1);
        else this.#containsMore(atom.node, atom.atLeast);
        break;
      default:
    }
  }

  #containsMore(node: SchemaNode, count: number): void {
    this.#atLeast.set(node, Math.max(count, this.#atLeast.get(node) ?? 0));
    this.lengthMin = Math.max(this.lengthMin, count);
    this.#demand(0, fit(node), Math.min(count, groupMax));
  }

  #containsFewer(node: SchemaNode, count: number): void {
    this.#atMost.set(node, Math.min(count, this.#atMost.get(node) ?? Infinity));
    if (count === 0) this.#rule(0, Infinity, misfit(node));
  }

  #rule(from: number, upTo: number, item: Signed): void {
    this.tail = Math.max(this.tail, upTo === Infinity ? from : upTo);
    this.#rules.push({ from, upTo, item });
  }

  #demand(from: number, item: Signed, times: number): void {
    this.tail = Math.max(this.tail, from);
    const group = this.demands.length;
    for (let count = 0; count < times; count += 1) this.demands.push({ from, item, group });
  }
}
