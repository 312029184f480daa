import type { Write } from '#shared-kernel/persistence/statement.js';

/** A rule as it was called when an event was judged. */
interface JudgedRule {
  readonly ruleId: string;
  readonly ruleName: string;
}

/** Which rules matched an event, and why the nearest others did not. */
export interface RuleEvaluation {
  readonly eventId: string;
  readonly tenant: string;
  readonly matched: readonly JudgedRule[];
  /** The nearest misses only; `unmatchedCount` counts all of them. */
  readonly unmatched: readonly (JudgedRule & { readonly because: string })[];
  readonly unmatchedCount: number;
  readonly evaluatedAtMs: number;
}

/** What became of each event when it met the rules. */
export abstract class RuleEvaluations {
  /** Beside those of the event that are there: one that is replayed is judged once more. */
  abstract add(evaluation: RuleEvaluation): Write;

  /** Every time that the event was judged, in order. */
  abstract ofEvent(tenant: string, eventId: string): Promise<RuleEvaluation[]>;
}
