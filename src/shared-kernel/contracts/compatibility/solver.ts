import { branches } from './branches.js';
import { empty, firstOf } from './outcome.js';
import { jsonTypes } from './json-schema.js';
import { solveLeaf } from './solve-leaf.js';
import { likely } from './truth.js';
import { opinionOn } from './opinion.js';
import type { Budget } from './budget.js';
import type { DocumentSearch } from './document-search.js';
import type { Evaluator } from './evaluator.js';
import type { Formula } from './formula.js';
import type { Json } from './json-schema.js';
import type { Outcome } from './outcome.js';
import type { SchemaNode, Signed } from './schema-pool.js';

/**
 * Finds a document that fits some schemas and does not fit others, or proves that there is none.
 *
 * Recursive schemas: a question that comes up again inside of itself is answered with "none". The
 * smallest document that would answer it cannot hold a smaller one that does, so if there is one,
 * another way leads to it. What was proved under such an assumption is remembered only once the
 * question that it leans on is answered.
 */
export class Solver implements DocumentSearch {
  readonly #answers = new Map<string, Outcome>();
  readonly #open = new Map<string, number>();
  readonly #path: string[] = [];
  #leansOn = Infinity;

  constructor(
    readonly evaluator: Evaluator,
    readonly budget: Budget,
  ) {}

  get pool() {
    return this.evaluator.pool;
  }

  /** JSON pointer of the place that is looked into. */
  get path(): string {
    return this.#path
      .map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`)
      .join('');
  }

  /** A document that meets the goal, in a place of a larger one. */
  solveAt(segment: string, goal: readonly Signed[]): Outcome {
    this.#path.push(segment);
    const outcome = this.solve(goal);
    this.#path.pop();
    return outcome;
  }

  /** A document that meets the goal. */
  solve(goal: readonly Signed[]): Outcome {
    const parts = simplify(goal);
    if (!parts) return empty;
    const key = parts.map(({ node, negated }) => `${negated ? '-' : '+'}${node.id}`).join(' ');
    const known = this.#answers.get(key);
    if (known) return known;
    const openAt = this.#open.get(key);
    if (openAt !== undefined) {
      this.#leansOn = Math.min(this.#leansOn, openAt);
      return empty;
    }
    if (this.#open.size >= this.budget.limits.depth) return this.#giveUp('nested too deeply');
    if (!this.budget.spend()) return this.#giveUp();
    return this.#answer(key, parts);
  }

  #answer(key: string, goal: readonly Signed[]): Outcome {
    const depth = this.#open.size;
    const outer = this.#leansOn;
    this.#open.set(key, depth);
    this.#leansOn = Infinity;
    const outcome = this.search(goal, (value) => this.evaluator.goal(goal, value) >= likely);
    this.#open.delete(key);
    const leansOnOuter = outcome.kind === 'empty' && this.#leansOn < depth;
    if (!leansOnOuter) this.#answers.set(key, outcome);
    this.#leansOn = Math.min(outer, leansOnOuter ? this.#leansOn : Infinity);
    return outcome;
  }

  /** Like `solve`, with a test of one's own for the documents that come up. */
  search(goal: readonly Signed[], fits: (value: Json) => boolean): Outcome {
    const outcome = firstOf(jsonTypes, (type) => {
      const world = {
        type,
        budget: this.budget,
        formulaOf: (node: SchemaNode): Formula => this.evaluator.formulaOf(node),
        opinion: opinionOn(type, this),
      };
      return firstOf(branches(goal, world), (literals) =>
        solveLeaf(type, { literals, solver: this, fits }),
      );
    });
    return this.budget.isSpent && outcome.kind === 'empty' ? this.#giveUp() : outcome;
  }

  #giveUp(reason = 'the schemas are too complex to compare within the limit'): Outcome {
    return { kind: 'unknown', reason, path: this.path };
  }
}

/** The goal in a fixed order without repetitions; undefined when it contradicts itself. */
function simplify(goal: readonly Signed[]): readonly Signed[] | undefined {
  const signs = new Map<number, Signed>();
  for (const part of goal) {
    const { schema } = part.node;
    if (schema === part.negated) return undefined;
    if (schema === !part.negated) continue;
    const other = signs.get(part.node.id);
    if (other && other.negated !== part.negated) return undefined;
    signs.set(part.node.id, part);
  }
  return [...signs.values()].sort((a, b) => a.node.id - b.node.id);
}
