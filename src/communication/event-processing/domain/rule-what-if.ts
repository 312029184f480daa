import { z } from 'zod';
import type { RuleMatcher } from './match-rules.js';
import { compileRules } from './match-rules.js';
import type { MatchableEvent } from './matchable-event.js';
import type { Rule } from './rule.js';

const samplesMax = 20;

/** What a rule would have done with events of the past. */
export const ruleWhatIfResult = z.strictObject({
  checked: z.int().meta({ description: 'Events that were shown to both rules.' }),
  matchedBefore: z.int(),
  matchedAfter: z.int(),
  newlyMatched: z.int(),
  noLongerMatched: z.int(),
  actionsDiffer: z.int().meta({
    description: 'Events that match before and after, with other actions.',
  }),
  samples: z.array(
    z.strictObject({
      eventId: z.string(),
      type: z.string(),
      difference: z.enum(['newly-matched', 'no-longer-matched']),
      because: z.string().nullable().meta({ description: 'Why it does not match any more.' }),
    }),
  ),
});
type RuleWhatIfResult = z.infer<typeof ruleWhatIfResult>;

/** Compares a rule as it is with how it would be, one event after the other. */
export class RuleWhatIf {
  private readonly before: RuleMatcher;
  private readonly after: RuleMatcher;
  private readonly sameActions: boolean;
  private readonly samples: RuleWhatIfResult['samples'] = [];
  private readonly counts = {
    checked: 0,
    matchedBefore: 0,
    matchedAfter: 0,
    newlyMatched: 0,
    noLongerMatched: 0,
    actionsDiffer: 0,
  };

  /** @param today null for a rule that is new */
  constructor(today: Rule | null, changed: Rule) {
    this.before = compileRules(today === null ? [] : [today]);
    this.after = compileRules([changed]);
    this.sameActions = JSON.stringify(today?.actions) === JSON.stringify(changed.actions);
  }

  add(eventId: string, event: MatchableEvent): void {
    const { counts } = this;
    const before = this.before.match(event, 0).matched.length > 0;
    const { matched, unmatched } = this.after.match(event, 1);
    const after = matched.length > 0;
    counts.checked++;
    if (before) counts.matchedBefore++;
    if (after) counts.matchedAfter++;
    if (before && after && !this.sameActions) counts.actionsDiffer++;
    if (before === after) return;
    const difference = after ? 'newly-matched' : 'no-longer-matched';
    if (after) counts.newlyMatched++;
    else counts.noLongerMatched++;
    if (this.samples.length >= samplesMax) return;
    // A rule that is disabled matches nothing, and there is no more to say.
    const because = after ? null : (unmatched[0]?.because ?? 'the rule is disabled');
    this.samples.push({ eventId, type: event.type, difference, because });
  }

  result(): RuleWhatIfResult {
    return { ...this.counts, samples: this.samples };
  }
}
