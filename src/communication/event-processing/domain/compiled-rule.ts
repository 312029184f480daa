import { type CompiledCondition, compileCondition, holds } from './data-condition.js';
import type { MatchableEvent } from './matchable-event.js';
import type { Rule } from './rule.js';

const shownItemsMax = 3;

/** A rule taken apart once, so that matching only compares. */
export interface CompiledRule {
  readonly rule: Rule;
  /** Place of the rule in the list that was compiled. */
  readonly order: number;
  readonly exactTypes: readonly string[];
  /** Beginnings of types; a rule without types has the empty one, which every type begins with. */
  readonly typePrefixes: readonly string[];
  readonly sources: readonly string[] | undefined;
  readonly conditions: readonly CompiledCondition[];
}

export function compileRule(rule: Rule, order: number): CompiledRule {
  const patterns = [...new Set(rule.match.types ?? ['*'])];
  return {
    rule,
    order,
    exactTypes: patterns.filter((pattern) => !pattern.endsWith('*')),
    typePrefixes: patterns.filter((pattern) => pattern.endsWith('*')).map((p) => p.slice(0, -1)),
    sources: rule.match.sources && [...new Set(rule.match.sources)],
    conditions: (rule.match.data ?? []).map(compileCondition),
  };
}

/** The first condition on the data that does not hold, undefined when all hold. */
export function firstFailed(
  compiled: CompiledRule,
  event: MatchableEvent,
): CompiledCondition | undefined {
  for (const condition of compiled.conditions) {
    if (!holds(condition, event.data)) return condition;
  }
  return undefined;
}

/**
 * Why a rule is not even a candidate for the event, in words: its types or its sources do not fit.
 */
export function explainMisfit(compiled: CompiledRule, event: MatchableEvent): string {
  return typeFits(compiled, event) ? explainSource(compiled, event) : explainType(compiled, event);
}

function typeFits({ exactTypes, typePrefixes }: CompiledRule, event: MatchableEvent): boolean {
  if (exactTypes.includes(event.type)) return true;
  return !event.operational && typePrefixes.some((prefix) => event.type.startsWith(prefix));
}

function explainType({ rule }: CompiledRule, event: MatchableEvent): string {
  if (event.operational)
    return `type ${event.type} is operational and the rule does not name it exactly`;
  return `type ${event.type} is none of ${listed(rule.match.types ?? [])}`;
}

function explainSource({ sources }: CompiledRule, { source, sourceId }: MatchableEvent): string {
  return `source ${sourceId ?? source} is none of ${listed(sources ?? [])}`;
}

function listed(items: readonly string[]): string {
  const rest = items.length - shownItemsMax;
  const shown = items.slice(0, shownItemsMax).join(', ');
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}
