import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { EndpointSubscriptions } from '../contracts/endpoint-subscriptions.query.js';
import { endpointRuleId } from '../domain/endpoint-rule.js';
import { RuleBook } from '../domain/rule-book.js';

@QueryHandler(EndpointSubscriptions)
export class EndpointSubscriptionsHandler implements IQueryHandler<EndpointSubscriptions> {
  constructor(private readonly rules: RuleBook) {}

  async execute({ input: { tenant, endpointIds } }: EndpointSubscriptions) {
    const found = await Promise.all(
      endpointIds.map(async (endpointId) => {
        const rule = await this.rules.byId(tenant, endpointRuleId(endpointId));
        return rule === undefined ? [] : [{ endpointId, types: rule.match.types ?? ['*'] }];
      }),
    );
    return found.flat();
  }
}
