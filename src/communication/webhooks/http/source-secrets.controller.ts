import { Body, Controller, Delete, Param, Patch, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { AddSourceSecret, sourceSecretInput } from '../commands/add-source-secret.js';
import { ChangeSourceSecret, sourceSecretPatch } from '../commands/change-source-secret.js';
import { RemoveSourceSecret } from '../commands/remove-source-secret.js';
import { webhookErrors } from '../errors.js';

const secretView = z
  .object({
    id: z.string(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    value: z.string().optional().meta({ description: 'Only when Signalbox made it.' }),
  })
  .meta({ id: 'SourceSecret' });
const tags = ['Sources'];

/**
 * `/v1/sources/{sourceId}/secrets`: rotation. Add the new one, change the sender, remove the old
 * one.
 */
@Controller('v1/sources/:sourceId/secrets')
export class SourceSecretsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Answers(
    { 201: secretView },
    {
      summary: 'Add a secret to a source',
      scope: 'operator',
      errors: [
        webhookErrors.sourceNotFound,
        webhookErrors.invalidSecret,
        webhookErrors.tooManySecrets,
      ],
      tags,
    },
  )
  async add(
    @Param('sourceId') sourceId: string,
    @Body({ schema: sourceSecretInput }) body: z.infer<typeof sourceSecretInput>,
    @Caller() { tenant }: ApiCaller,
  ) {
    const added = await this.commands.execute(new AddSourceSecret({ ...body, tenant, sourceId }));
    const shown = viewOf(added);
    return body.value === undefined ? { ...shown, value: added.value } : shown;
  }

  @Patch(':secretId')
  @Answers(
    { 200: secretView },
    {
      summary: 'Say when a secret of a source ends',
      description: 'From then on it verifies nothing any more; add its successor before.',
      scope: 'operator',
      errors: [webhookErrors.sourceNotFound, webhookErrors.secretNotFound],
      tags,
    },
  )
  async change(
    @Param('sourceId') sourceId: string,
    @Param('secretId') secretId: string,
    @Body({ schema: sourceSecretPatch }) patch: z.infer<typeof sourceSecretPatch>,
    @Caller() { tenant }: ApiCaller,
  ) {
    const change = new ChangeSourceSecret({ ...patch, tenant, sourceId, secretId });
    return viewOf(await this.commands.execute(change));
  }

  @Delete(':secretId')
  @Answers(
    { 204: null },
    {
      summary: 'Remove a secret from a source',
      scope: 'operator',
      errors: [
        webhookErrors.sourceNotFound,
        webhookErrors.secretNotFound,
        webhookErrors.lastSecret,
      ],
      tags,
    },
  )
  async remove(
    @Param('sourceId') sourceId: string,
    @Param('secretId') secretId: string,
    @Caller() { tenant }: ApiCaller,
  ): Promise<void> {
    await this.commands.execute(new RemoveSourceSecret({ tenant, sourceId, secretId }));
  }
}

function viewOf(secret: z.infer<typeof ChangeSourceSecret.contract.result>) {
  const { secretId, createdAtMs, expiresAtMs } = secret;
  const expiresAt = expiresAtMs === null ? null : isoTime(expiresAtMs);
  return { id: secretId, createdAt: isoTime(createdAtMs), expiresAt };
}
