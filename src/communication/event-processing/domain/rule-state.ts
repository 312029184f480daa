import { z } from 'zod';
import { type Rule, ruleDefinition } from './rule.js';

/** A rule as others may see it. */
export const ruleStateSchema = ruleDefinition.extend({
  id: z.string(),
  revision: z.int(),
  createdAtMs: z.int(),
});

export type RuleState = z.infer<typeof ruleStateSchema>;

export function ruleState({ tenant: _tenant, ...state }: Rule): RuleState {
  return state;
}
