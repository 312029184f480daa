import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { RuleBook } from '../domain/rule-book.js';
import { type RuleState, ruleState, ruleStateSchema } from '../domain/rule-state.js';
import { eventErrors } from '../errors.js';

/** One rule as it stands now. */
export class GetRule extends defineQuery({
  name: 'event-processing.get-rule',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: ruleStateSchema,
}) {}

@QueryHandler(GetRule)
export class GetRuleHandler implements IQueryHandler<GetRule> {
  constructor(private readonly rules: RuleBook) {}

  async execute({ input: { tenant, id } }: GetRule): Promise<RuleState> {
    const rule = await this.rules.byId(tenant, id);
    if (rule === undefined) throw eventErrors.ruleNotFound(`There is no rule ${id}.`);
    return ruleState(rule);
  }
}
