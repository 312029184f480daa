import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { EventLogReader } from '#shared-kernel/messaging/event-log-reader.js';
import { eventRecordOf } from '#shared-kernel/messaging/event-row.js';
import type { MatchableEvent } from '../domain/matchable-event.js';
import { RuleBook } from '../domain/rule-book.js';
import { eventErrors } from '../errors.js';
import { matchableOfEvent, matchedEvents } from './matchable-of-event.js';

/** Misses that one answer explains. */
const missesMax = 100;
const typeCharsMax = 200;
const sourceCharsMax = 500;

/** An event to try rules with: one that is stored, or one that is made up. */
export const rulesTest = z.union([
  z.strictObject({ eventId: z.string().max(100) }),
  z.strictObject({
    event: z.strictObject({
      type: z.string().min(1).max(typeCharsMax),
      source: z.string().min(1).max(sourceCharsMax).default('/test'),
      sourceId: z.string().max(100).optional().describe('The source (`src_...`) it came in at.'),
      data: z.unknown().optional(),
    }),
  }),
]);
export type RulesTest = z.infer<typeof rulesTest>;

const testedRule = z.strictObject({ ruleId: z.string(), ruleName: z.string() });

/** Says which rules match an event and why others do not, and does nothing else. */
export class TestRules extends defineQuery({
  name: 'event-processing.test-rules',
  input: z.strictObject({ tenant: z.string(), test: rulesTest }),
  result: z.strictObject({
    matched: z.array(testedRule),
    unmatched: z.array(testedRule.extend({ because: z.string() })),
    unmatchedCount: z.int().describe('All enabled rules that did not match, listed or not.'),
  }),
}) {}

@QueryHandler(TestRules)
export class TestRulesHandler implements IQueryHandler<TestRules> {
  constructor(
    private readonly rules: RuleBook,
    private readonly events: EventLogReader,
  ) {}

  async execute({ input: { tenant, test } }: TestRules) {
    const event = await this.eventOf(tenant, test);
    const matcher = await this.rules.matcher(tenant);
    const { matched, unmatched, unmatchedCount } = matcher.match(event, missesMax);
    return {
      matched: matched.map((rule) => ({ ruleId: rule.id, ruleName: rule.name })),
      unmatched: unmatched.map(({ rule, because }) => ({
        ruleId: rule.id,
        ruleName: rule.name,
        because,
      })),
      unmatchedCount,
    };
  }

  private async eventOf(tenant: string, test: RulesTest): Promise<MatchableEvent> {
    if ('event' in test) {
      const { type, source, sourceId = null, data } = test.event;
      return { tenant, type, source, sourceId, data };
    }
    const row = await this.events.byId(tenant, test.eventId);
    if (row === undefined) throw eventErrors.eventNotFound(`There is no event ${test.eventId}.`);
    if (!matchedEvents.some(({ contract }) => contract.name === row.name)) {
      throw eventErrors.eventNotMatched(`Rules are not asked about a ${row.name}.`);
    }
    return matchableOfEvent(eventRecordOf(row), JSON.parse(row.data));
  }
}
