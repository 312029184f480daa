import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { EventLogReader } from '#shared-kernel/messaging/event-log-reader.js';
import { eventRecordOf } from '#shared-kernel/messaging/event-row.js';
import { MatchEndpointEvents } from '../contracts/match-endpoint-events.query.js';
import { RuleBook } from '../domain/rule-book.js';
import { matchableOfEvent, matchedEvents } from './matchable-of-event.js';

@QueryHandler(MatchEndpointEvents)
export class MatchEndpointEventsHandler implements IQueryHandler<MatchEndpointEvents> {
  constructor(
    private readonly rules: RuleBook,
    private readonly events: EventLogReader,
  ) {}

  async execute({ input: { tenant, endpointId, eventIds } }: MatchEndpointEvents) {
    const matcher = await this.rules.matcher(tenant);
    const found: { eventId: string; ruleId: string }[] = [];
    for (const eventId of eventIds) {
      const row = await this.events.byId(tenant, eventId);
      if (row === undefined || !isMatched(row.name)) continue;
      const event = matchableOfEvent(eventRecordOf(row), JSON.parse(row.data));
      const { matched } = matcher.match(event, 0);
      const rule = matched.find(({ actions }) =>
        actions.some((action) => action.kind === 'deliver' && action.endpointId === endpointId),
      );
      if (rule !== undefined) found.push({ eventId, ruleId: rule.id });
    }
    return found;
  }
}

function isMatched(name: string): boolean {
  return matchedEvents.some(({ contract }) => contract.name === name);
}
