import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { webhookErrors } from '../errors.js';
import { FindHandshakeValues } from '../queries/find-handshake-values.js';
import { providerTestInput, TestProvider } from '../queries/test-provider.js';

const testView = TestProvider.contract.result.meta({ id: 'ProviderTest' });
const valuesView = z
  .object({ items: z.array(z.object({ value: z.string(), receivedAt: z.iso.datetime() })) })
  .meta({ id: 'HandshakeValues' });

/** What helps to set a provider up: trying its definition, and what it sent to be read. */
@Controller('v1')
export class ProviderTestsController {
  constructor(private readonly queries: QueryBus) {}

  @Post('providers/test')
  @Answers(
    { 200: testView },
    {
      summary: 'Try a provider with a sample request',
      description: 'Says whether it verifies, why not, and exactly what had to be signed.',
      scope: 'operator',
      errors: [
        webhookErrors.invalidProvider,
        webhookErrors.unknownProvider,
        webhookErrors.invalidProviderSettings,
        webhookErrors.invalidSecret,
        webhookErrors.signingKeyUnavailable,
      ],
      tags: ['Providers'],
    },
  )
  async test(
    @Body({ schema: providerTestInput }) body: z.infer<typeof providerTestInput>,
    @Caller() { tenant }: ApiCaller,
  ) {
    return this.queries.execute(new TestProvider({ ...body, tenant }));
  }

  @Get('sources/:sourceId/handshake-values')
  @Answers(
    { 200: valuesView },
    {
      summary: 'Read what a provider sent to be read',
      description: 'Such as a verification token that is typed in at the provider; newest first.',
      scope: 'operator',
      errors: [webhookErrors.sourceNotFound],
      tags: ['Sources'],
    },
  )
  async values(@Param('sourceId') sourceId: string, @Caller() { tenant }: ApiCaller) {
    const values = await this.queries.execute(new FindHandshakeValues({ tenant, sourceId }));
    const items = values.map(({ value, receivedAtMs }) => ({
      value,
      receivedAt: isoTime(receivedAtMs),
    }));
    return { items };
  }
}
