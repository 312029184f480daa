import { Body, Controller, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { eventErrors } from '../errors.js';
import { TestRules, rulesTest, type RulesTest } from '../queries/test-rules.js';

const verdictView = TestRules.contract.result.meta({ id: 'RuleVerdict' });

/** `/v1/rules/test`: tries rules without any effect. */
@Controller('v1/rules/test')
export class RuleTestsController {
  constructor(private readonly queries: QueryBus) {}

  @Post()
  @Answers(
    { 200: verdictView },
    {
      summary: 'Try the rules with an event',
      description: 'Says which rules match and why others do not. Nothing is stored or sent.',
      scope: 'viewer',
      errors: [eventErrors.eventNotFound, eventErrors.eventNotMatched],
      tags: ['Rules'],
    },
  )
  test(@Body({ schema: rulesTest }) test: RulesTest, @Caller() { tenant }: ApiCaller) {
    return this.queries.execute(new TestRules({ tenant, test }));
  }
}
