import { z } from 'zod';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { GetRule } from '../queries/get-rule.js';

type RuleState = z.infer<typeof GetRule.contract.result>;

/** A rule as the API shows it; its revision is the ETag. */
export const ruleView = GetRule.contract.result
  .omit({ createdAtMs: true, revision: true })
  .extend({ createdAt: z.iso.datetime() })
  .meta({ id: 'Rule' });

export function viewOfRule(rule: RuleState): z.infer<typeof ruleView> {
  const { createdAtMs, revision: _revision, ...view } = rule;
  return { ...view, createdAt: isoTime(createdAtMs) };
}
