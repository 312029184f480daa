import { EventsHandler } from '@nestjs/cqrs';
import type { LoggedEvent, NewEvent } from '#shared-kernel/contracts/event-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import type { Decision } from '#shared-kernel/messaging/event-log.js';
import { Reaction, type ReactsTo } from '#shared-kernel/messaging/reaction.js';
import { RuleMatched } from '../contracts/rule-matched.event.js';
import type { RuleVerdict } from '../domain/match-rules.js';
import { RuleBook } from '../domain/rule-book.js';
import { RuleEvaluations } from '../domain/rule-evaluations.js';
import type { Rule } from '../domain/rule.js';
import { matchableOfEvent, matchedEvents } from '../queries/matchable-of-event.js';

/** Misses that are kept with their reason; the rest is only counted. */
const missesKeptMax = 20;

/**
 * Asks the rules of the tenant about every event; each one that matches becomes an event itself.
 */
@Reaction({
  id: 'event-processing.match-rules-when-event-arrived',
  start: 'first',
  independent: true,
})
@EventsHandler(...matchedEvents)
export class MatchRulesWhenEventArrived implements ReactsTo<LoggedEvent> {
  constructor(
    private readonly rules: RuleBook,
    private readonly evaluations: RuleEvaluations,
    private readonly clock: Clock,
  ) {}

  async handle({ record, data }: LoggedEvent): Promise<Decision> {
    const matcher = await this.rules.matcher(record.tenant);
    const verdict = matcher.match(matchableOfEvent(record, data), missesKeptMax);
    // Nothing to tell of a tenant without rules, and an ingest without rules costs no row.
    if (verdict.matched.length === 0 && verdict.unmatchedCount === 0) return {};
    return {
      writes: [this.evaluations.add(evaluationOf(record, verdict, this.clock.now()))],
      events: verdict.matched.map((rule) => ruleMatched(record, rule)),
    };
  }
}

function evaluationOf({ id, tenant }: LoggedEvent['record'], verdict: RuleVerdict, nowMs: number) {
  return {
    eventId: id,
    tenant,
    matched: verdict.matched.map((rule) => ({ ruleId: rule.id, ruleName: rule.name })),
    unmatched: verdict.unmatched.map(({ rule, because }) => ({
      ruleId: rule.id,
      ruleName: rule.name,
      because,
    })),
    unmatchedCount: verdict.unmatchedCount,
    evaluatedAtMs: nowMs,
  };
}

function ruleMatched({ id, tenant, type }: LoggedEvent['record'], rule: Rule): NewEvent {
  return RuleMatched.of({
    tenant,
    data: {
      eventId: id,
      eventType: type,
      ruleId: rule.id,
      ruleName: rule.name,
      actions: rule.actions,
    },
  });
}
