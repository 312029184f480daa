import { Budget, defaultLimits } from './budget.js';
import { Evaluator } from './evaluator.js';
import { hasEndlessReference } from './endless-references.js';
import { explain } from './explain.js';
import { fit, misfit } from './goal-parts.js';
import { isShallowerThan } from './json-schema.js';
import { PatternLibrary } from './pattern-library.js';
import { SchemaPool } from './schema-pool.js';
import { hangRisk } from './slow-patterns.js';
import { Solver } from './solver.js';
import type { Limits } from './budget.js';
import type { Accepts, Json, JsonSchema } from './json-schema.js';

const nestingMax = 120;
/** Where many documents failed to be a witness, more of the kind will not be one either. */
const stepsPerFailure = 250;

/** Whether one schema accepts all that another one accepts. */
export type Difference =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'witness';
      readonly witness: Json;
      readonly path: string;
      /** What the narrower schema demands at that place, as the rest of a sentence. */
      readonly why: string;
    }
  | { readonly kind: 'unknown'; readonly path: string; readonly reason: string };

/**
 * Looks for a document that the first schema accepts and the second one rejects. Only one that the
 * validator confirms is answered; only a proof that there is none is answered as `none`.
 */
export function findDifference(
  accepting: JsonSchema,
  rejecting: JsonSchema,
  accepts: Accepts,
  limits: Limits = defaultLimits,
): Difference {
  if (![accepting, rejecting].every((schema) => isShallowerThan(schema, nestingMax))) {
    return { kind: 'unknown', path: '', reason: 'the schema is nested too deeply' };
  }
  const pool = new SchemaPool();
  const budget = new Budget(limits);
  const evaluator = new Evaluator(pool, new PatternLibrary(), accepts, budget);
  const documents = [pool.document(accepting), pool.document(rejecting)];
  if (documents.some(hasEndlessReference)) {
    return { kind: 'unknown', path: '', reason: 'a schema refers to itself endlessly' };
  }
  const first = pool.node(accepting, pool.document(accepting));
  const second = pool.node(rejecting, pool.document(rejecting));
  const mayHang = hangRisk([accepting, rejecting]);
  const isConfirmed = (document: Json) => {
    if (budget.isSpent || mayHang(document)) return false;
    const isWitness = confirm(accepting, rejecting, document, accepts);
    if (!isWitness) budget.spend(stepsPerFailure);
    return isWitness;
  };
  const outcome = new Solver(evaluator, budget).search([fit(first), misfit(second)], isConfirmed);
  if (outcome.kind === 'empty') return { kind: 'none' };
  if (outcome.kind === 'unknown' && outcome.value === undefined) return { ...outcome };
  const witness = outcome.value ?? null;
  if (outcome.kind === 'found' || isConfirmed(witness)) {
    return { kind: 'witness', witness, ...explain(second, witness, evaluator) };
  }
  return { kind: 'unknown', path: outcome.path, reason: outcome.reason };
}

/** A validator that fails on a schema or a document confirms nothing. */
function confirm(first: JsonSchema, second: JsonSchema, document: Json, accepts: Accepts): boolean {
  try {
    return accepts(first, document) && !accepts(second, document);
  } catch {
    return false;
  }
}
