import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { TenantEvents } from '#shared-kernel/messaging/tenant-events.js';
import { KnownEventTypes } from '../contracts/known-event-types.query.js';
import { RuleBook } from '../domain/rule-book.js';
import type { Rule } from '../domain/rule.js';

/** Newest events whose types count as seen. */
const eventsLookedAt = 10_000;
/** Rules whose types are named; a tenant with more names those of the oldest. */
const rulesLookedAt = 1_000;

@QueryHandler(KnownEventTypes)
export class KnownEventTypesHandler implements IQueryHandler<KnownEventTypes> {
  constructor(
    private readonly rules: RuleBook,
    private readonly events: TenantEvents,
  ) {}

  async execute({ input: { tenant } }: KnownEventTypes): Promise<string[]> {
    const seen = await this.events.newestTypes(tenant, eventsLookedAt);
    const { items } = await this.rules.list({ tenant, limit: rulesLookedAt, after: undefined });
    return [...new Set([...seen, ...items.flatMap(deliveredTypes)])].sort();
  }
}

/** Types that the rule names as a whole and sends to an endpoint. */
function deliveredTypes({ state, match, actions }: Rule): string[] {
  if (state === 'disabled' || !actions.some(({ kind }) => kind === 'deliver')) return [];
  return (match.types ?? []).filter((type) => !type.endsWith('*'));
}
