import { Body, Controller, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { eventErrors } from '../errors.js';
import { ruleWhatIfInput, WhatIfRule } from '../queries/what-if-rule.js';

/** `/v1/rules/what-if`: a new or changed rule, tried on the last events. */
@Controller('v1/rules/what-if')
export class RuleWhatIfController {
  constructor(private readonly queries: QueryBus) {}

  @Post()
  @Answers(
    { 200: WhatIfRule.contract.result.meta({ id: 'RuleWhatIf' }) },
    {
      summary: 'Try a new or changed rule on the last events',
      description:
        'Says which of the newest events it would match, and which it would no longer match. ' +
        'Nothing is stored or sent.',
      scope: 'viewer',
      errors: [eventErrors.ruleNotFound, eventErrors.unknownEndpoint, eventErrors.invalidTemplate],
      tags: ['Rules'],
    },
  )
  tryRule(
    @Body({ schema: ruleWhatIfInput }) whatIf: z.infer<typeof ruleWhatIfInput>,
    @Caller() { tenant }: ApiCaller,
  ) {
    return this.queries.execute(new WhatIfRule({ tenant, whatIf }));
  }
}
