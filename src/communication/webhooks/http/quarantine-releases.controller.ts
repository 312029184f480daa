import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { ReleaseQuarantine, releaseInput } from '../commands/release-quarantine.js';
import { ReleaseRequest } from '../commands/release-request.js';
import { webhookErrors } from '../errors.js';
import { VerifyQuarantine, verifyInput } from '../queries/verify-quarantine.js';

const forcedView = z
  .object({
    webhookId: z.string(),
    eventId: z.string(),
    duplicate: z.boolean().meta({ description: 'True when the ids are those of the first one.' }),
  })
  .meta({ id: 'ForcedRelease' });
const tags = ['Quarantine'];

/** `/v1/quarantine`: the ways out of it. */
@Controller('v1/quarantine')
export class QuarantineReleasesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('verify')
  @Answers(
    { 200: VerifyQuarantine.contract.result.meta({ id: 'QuarantineVerdict' }) },
    {
      summary: 'Count the rejected requests that would verify now',
      description:
        'Judges them with the provider and the secrets of today, and with the time at which each ' +
        'came. Changes nothing.',
      scope: 'viewer',
      tags,
    },
  )
  verify(
    @Body({ schema: verifyInput }) batch: z.infer<typeof verifyInput>,
    @Caller() { tenant }: ApiCaller,
  ) {
    return this.queries.execute(new VerifyQuarantine({ tenant, batch }));
  }

  @Post('release')
  @Answers(
    { 200: ReleaseQuarantine.contract.result.meta({ id: 'QuarantineRelease' }) },
    {
      summary: 'Release the rejected requests that verify now',
      description:
        'They become webhooks and events, each exactly once, with the flag `released`; repeats are ' +
        'told as at their source. One call takes one batch: go on with `next`.',
      scope: 'operator',
      tags,
    },
  )
  release(
    @Body({ schema: releaseInput }) batch: z.infer<typeof releaseInput>,
    @Caller() { tenant }: ApiCaller,
  ) {
    return this.commands.execute(new ReleaseQuarantine({ tenant, batch }));
  }

  @Post(':id/force-release')
  @Answers(
    { 200: forcedView },
    {
      summary: 'Release one rejected request though it does not verify',
      description: 'Its webhook has the flag `unverified` for good.',
      scope: 'admin',
      errors: [webhookErrors.quarantinedRequestNotFound],
      tags,
    },
  )
  async forceRelease(@Param('id') id: string, @Caller() { tenant }: ApiCaller) {
    const release = await this.commands.execute(new ReleaseRequest({ tenant, id, forced: true }));
    switch (release.outcome) {
      case 'released':
      case 'duplicate': {
        const { webhookId, eventId, outcome } = release;
        return { webhookId, eventId, duplicate: outcome === 'duplicate' };
      }
      default:
        throw webhookErrors.quarantinedRequestNotFound(`There is no quarantined request ${id}.`);
    }
  }
}
