import type { MatchableEvent } from './matchable-event.js';
import type { Rule } from './rule.js';
import { compileRule, explainMisfit, firstFailed } from './compiled-rule.js';
import { explainCondition } from './data-condition.js';
import { RuleIndex } from './rule-index.js';

/** One rule that did not match, and why, in words for people. */
interface RuleMiss {
  readonly rule: Rule;
  readonly because: string;
}

export interface RuleVerdict {
  /** In the order in which the rules were given. */
  readonly matched: Rule[];
  /** The nearest misses first; never more than asked for. */
  readonly unmatched: RuleMiss[];
  /** All enabled rules of the tenant that did not match, listed above or not. */
  readonly unmatchedCount: number;
}

/** Misses that are explained when the caller does not say. */
const missesMaxDefault = 20;

export interface RuleMatcher {
  /** @param missesMax how many misses to explain; explaining costs, 0 is cheapest */
  match(event: MatchableEvent, missesMax?: number): RuleVerdict;
}

/**
 * Prepares rules for matching: an index by tenant, type and source leaves few candidates per event,
 * so that the cost of one event follows the rules that are about it and not the rules that exist.
 * Disabled rules take no part.
 *
 * @param rules of any number of tenants; a changed list is compiled anew
 */
export function compileRules(rules: readonly Rule[]): RuleMatcher {
  const tenants = new Map<string, RuleIndex>();
  for (const [order, rule] of rules.entries()) {
    if (rule.state === 'disabled') continue;
    let index = tenants.get(rule.tenant);
    if (index === undefined) tenants.set(rule.tenant, (index = new RuleIndex()));
    index.add(compileRule(rule, order));
  }
  return {
    match: (event, missesMax = missesMaxDefault) => {
      const index = tenants.get(event.tenant);
      if (index === undefined) return { matched: [], unmatched: [], unmatchedCount: 0 };
      return judge(index, event, missesMax);
    },
  };
}

function judge(index: RuleIndex, event: MatchableEvent, missesMax: number): RuleVerdict {
  const candidates = index.candidates(event);
  const matched: Rule[] = [];
  const unmatched: RuleMiss[] = [];
  for (const candidate of candidates) {
    const failed = firstFailed(candidate, event);
    if (failed === undefined) matched.push(candidate.rule);
    else if (unmatched.length < missesMax) {
      unmatched.push({ rule: candidate.rule, because: explainCondition(failed, event.data) });
    }
  }
  const unmatchedCount = index.all.length - matched.length;
  const missesWanted = Math.min(missesMax, unmatchedCount);
  if (unmatched.length < missesWanted) {
    const judged = new Set(candidates);
    for (const compiled of index.all) {
      if (unmatched.length >= missesWanted) break;
      if (judged.has(compiled)) continue;
      unmatched.push({ rule: compiled.rule, because: explainMisfit(compiled, event) });
    }
  }
  return { matched, unmatched, unmatchedCount };
}
