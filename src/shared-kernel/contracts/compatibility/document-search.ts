import type { Budget } from './budget.js';
import type { Evaluator } from './evaluator.js';
import type { Outcome } from './outcome.js';
import type { SchemaPool, Signed } from './schema-pool.js';

/** What the search for one type of document needs of the search as a whole. */
export interface DocumentSearch {
  readonly evaluator: Evaluator;
  readonly budget: Budget;
  readonly pool: SchemaPool;
  /** JSON pointer of the place that is looked into. */
  readonly path: string;
  /** A document that meets the goal. */
  solve(goal: readonly Signed[]): Outcome;
  /** A document that meets the goal, in a place of a larger one. */
  solveAt(segment: string, goal: readonly Signed[]): Outcome;
}
