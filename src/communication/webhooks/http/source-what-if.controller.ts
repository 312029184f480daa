import { Body, Controller, Param, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { webhookErrors } from '../errors.js';
import { WhatIfSource, whatIfInput } from '../queries/what-if-source.js';

/** `/v1/sources/{id}/what-if`: a change of a source, tried on what came in before. */
@Controller('v1/sources/:id/what-if')
export class SourceWhatIfController {
  constructor(private readonly queries: QueryBus) {}

  @Post()
  @Answers(
    { 200: WhatIfSource.contract.result.meta({ id: 'SourceWhatIf' }) },
    {
      summary: 'Try a change of a source on what came in',
      description:
        'Judges the newest stored webhooks and rejected requests by the source as it is and as it ' +
        'would be, and answers the difference. Changes nothing.',
      scope: 'operator',
      errors: [
        webhookErrors.sourceNotFound,
        webhookErrors.unknownProvider,
        webhookErrors.invalidProviderSettings,
        webhookErrors.invalidSecret,
      ],
      tags: ['Sources'],
    },
  )
  tryChange(
    @Param('id') id: string,
    @Body({ schema: whatIfInput }) input: z.infer<typeof whatIfInput>,
    @Caller() { tenant }: ApiCaller,
  ) {
    return this.queries.execute(new WhatIfSource({ ...input, tenant, id }));
  }
}
