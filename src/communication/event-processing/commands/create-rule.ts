import { CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { RuleBook } from '../domain/rule-book.js';
import { type RuleState, ruleState, ruleStateSchema } from '../domain/rule-state.js';
import { ruleDefinition } from '../domain/rule.js';
import { eventErrors } from '../errors.js';
import { checkActions } from './check-actions.js';

/** Rules of one tenant: all of them stand compiled in memory. */
const rulesMax = 10_000;

/** What a caller says of a new rule. */
export const ruleInput = ruleDefinition;
export type RuleInput = z.infer<typeof ruleInput>;

/** Makes a rule; it acts on the events that are matched from now on. */
export class CreateRule extends defineCommand({
  name: 'event-processing.create-rule',
  input: z.strictObject({ tenant: z.string(), rule: ruleInput }),
  result: ruleStateSchema,
}) {}

@CommandHandler(CreateRule)
export class CreateRuleHandler implements ICommandHandler<CreateRule> {
  constructor(
    private readonly rules: RuleBook,
    private readonly queries: QueryBus,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { tenant, rule: definition } }: CreateRule): Promise<RuleState> {
    if ((await this.rules.count(tenant)) >= rulesMax) {
      throw eventErrors.tooManyRules(`The tenant has ${rulesMax} rules already.`);
    }
    await checkActions(this.queries, tenant, definition.actions);
    const nowMs = this.clock.now();
    const rule = {
      ...definition,
      id: newId('rul', nowMs),
      tenant,
      revision: 1,
      createdAtMs: nowMs,
    };
    await this.log.commit({ writes: this.rules.add(rule) });
    this.rules.forget(tenant);
    return ruleState(rule);
  }
}
