import { CommandHandler, type ICommandHandler, QueryBus } from '@nestjs/cqrs';
import { Clock } from '#shared-kernel/domain/clock.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import { SubscribeEndpoint } from '../contracts/subscribe-endpoint.command.js';
import { endpointRule, endpointRuleId } from '../domain/endpoint-rule.js';
import { RuleBook } from '../domain/rule-book.js';
import { ruleDefinition } from '../domain/rule.js';
import { checkActions } from './check-actions.js';

@CommandHandler(SubscribeEndpoint)
export class SubscribeEndpointHandler implements ICommandHandler<SubscribeEndpoint> {
  constructor(
    private readonly rules: RuleBook,
    private readonly queries: QueryBus,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async execute({ input }: SubscribeEndpoint): Promise<string[]> {
    const writes = await this.writesFor(input);
    if (writes.length > 0) {
      await this.log.commit({ writes });
      this.rules.forget(input.tenant);
    }
    return input.types;
  }

  private async writesFor(input: SubscribeEndpoint['input']): Promise<Write[]> {
    const { tenant, endpointId, types } = input;
    const before = await this.rules.byId(tenant, endpointRuleId(endpointId));
    if (types.length === 0) return before === undefined ? [] : this.rules.remove(before);
    const rule = endpointRule(input, before, this.clock.now());
    const { name, match, actions, state } = rule;
    // What a rule must be like is said once; a portal is no way around it.
    ruleDefinition.parse({ name, match, actions, state });
    await checkActions(this.queries, tenant, actions);
    return before === undefined ? this.rules.add(rule) : this.rules.replace(rule, before.revision);
  }
}
