import { CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import { RuleBook } from '../domain/rule-book.js';
import { patchRule, rulePatchSchema } from '../domain/rule-patch.js';
import { type RuleState, ruleState, ruleStateSchema } from '../domain/rule-state.js';
import { eventErrors } from '../errors.js';
import { checkActions } from './check-actions.js';

/** What a caller may change of a rule. */
export const rulePatch = rulePatchSchema;
export type RulePatch = z.infer<typeof rulePatch>;

/** Changes a rule; `revision` names the one that the change was decided on, if the caller cares. */
export class ChangeRule extends defineCommand({
  name: 'event-processing.change-rule',
  input: z.strictObject({
    tenant: z.string(),
    id: z.string(),
    patch: rulePatch,
    revision: z.int().optional(),
  }),
  result: ruleStateSchema,
}) {}

@CommandHandler(ChangeRule)
export class ChangeRuleHandler implements ICommandHandler<ChangeRule> {
  constructor(
    private readonly rules: RuleBook,
    private readonly queries: QueryBus,
    private readonly log: EventLog,
  ) {}

  async execute({ input }: ChangeRule): Promise<RuleState> {
    const { tenant, id, revision } = input;
    const rule = await this.rules.byId(tenant, id);
    if (rule === undefined) throw eventErrors.ruleNotFound(`There is no rule ${id}.`);
    if (revision !== undefined && revision !== rule.revision) {
      throw storageErrors.conflict(`The rule is at revision ${rule.revision}, not ${revision}.`);
    }
    const { actions } = input.patch;
    if (actions !== undefined) await checkActions(this.queries, tenant, actions);
    const changed = patchRule(rule, input.patch);
    await this.log.commit({ writes: this.rules.replace(changed, rule.revision) });
    this.rules.forget(tenant);
    return ruleState(changed);
  }
}
