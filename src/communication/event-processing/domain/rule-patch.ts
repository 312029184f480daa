import { z } from 'zod';
import { type Rule, ruleDefinition, ruleMatch, type RuleMatch } from './rule.js';

const { types, sources, data } = ruleMatch.shape;

/** A merge patch (RFC 7396) of a rule: what is absent stays, null removes a part of the match. */
export const rulePatchSchema = z.strictObject({
  name: ruleDefinition.shape.name.optional(),
  match: z
    .strictObject({
      types: types.nullable(),
      sources: sources.nullable(),
      data: data.nullable(),
    })
    .partial()
    .optional(),
  actions: ruleDefinition.shape.actions.optional(),
  state: ruleDefinition.shape.state.unwrap().optional(),
});

type RulePatch = z.infer<typeof rulePatchSchema>;

/** The rule after the patch, one revision on. */
export function patchRule(rule: Rule, patch: RulePatch): Rule {
  return {
    ...rule,
    name: patch.name ?? rule.name,
    match: patchMatch(rule.match, patch.match ?? {}),
    actions: patch.actions ?? rule.actions,
    state: patch.state ?? rule.state,
    revision: rule.revision + 1,
  };
}

function patchMatch(match: RuleMatch, patch: NonNullable<RulePatch['match']>): RuleMatch {
  const merged = { ...match, ...patch };
  return {
    ...(merged.types ? { types: merged.types } : {}),
    ...(merged.sources ? { sources: merged.sources } : {}),
    ...(merged.data ? { data: merged.data } : {}),
  };
}
