import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import type { Page } from '#shared-kernel/domain/page.js';
import { RuleBook } from '../domain/rule-book.js';
import { type RuleState, ruleState, ruleStateSchema } from '../domain/rule-state.js';

/** One page of a tenant's rules, oldest first. */
export class FindRules extends defineQuery({
  name: 'event-processing.find-rules',
  input: z.strictObject({ tenant: z.string(), limit: z.int(), after: z.string().optional() }),
  result: z.object({ items: z.array(ruleStateSchema), next: z.string().nullable() }),
}) {}

@QueryHandler(FindRules)
export class FindRulesHandler implements IQueryHandler<FindRules> {
  constructor(private readonly rules: RuleBook) {}

  async execute({ input: { tenant, limit, after } }: FindRules): Promise<Page<RuleState>> {
    const { items, next } = await this.rules.list({ tenant, limit, after });
    return { items: items.map(ruleState), next };
  }
}
