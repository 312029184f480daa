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
  /** Keeps the first evaluation of an event: one that is replayed changes nothing. */
  abstract add(evaluation: RuleEvaluation): Write;
  abstract ofEvent(tenant: string, eventId: string): Promise<RuleEvaluation | undefined>;
}
