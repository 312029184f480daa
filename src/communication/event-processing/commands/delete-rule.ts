import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { RuleBook } from '../domain/rule-book.js';
import { eventErrors } from '../errors.js';

/** Removes a rule for good. What it has caused so far goes on. */
export class DeleteRule extends defineCommand({
  name: 'event-processing.delete-rule',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: z.void(),
}) {}

@CommandHandler(DeleteRule)
export class DeleteRuleHandler implements ICommandHandler<DeleteRule> {
  constructor(
    private readonly rules: RuleBook,
    private readonly log: EventLog,
  ) {}

  async execute({ input: { tenant, id } }: DeleteRule): Promise<void> {
    const rule = await this.rules.byId(tenant, id);
    if (rule === undefined) throw eventErrors.ruleNotFound(`There is no rule ${id}.`);
    await this.log.commit({ writes: this.rules.remove(rule) });
    this.rules.forget(tenant);
  }
}
