import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import { Providers } from '../domain/known-provider.js';
import { patchSource } from '../domain/patch-source.js';
import { sourceOptionsPatch } from '../domain/source-options.js';
import { SourceRegistry } from '../domain/source-registry.js';
import { type SourceState, sourceState, sourceStateSchema } from '../domain/source-state.js';
import { webhookErrors } from '../errors.js';
import { sourceInput } from './create-source.js';

/** A merge patch (RFC 7396) of what may change; null removes the dedupe key or a setting. */
export const sourcePatch = z.strictObject({
  name: sourceInput.shape.name.optional(),
  settings: sourceInput.shape.settings,
  dedupeKey: sourceInput.shape.dedupeKey.nullable(),
  ...sourceOptionsPatch.shape,
});

/** Changes a source; its provider, address and secrets have their own ways. */
export class ChangeSource extends defineCommand({
  name: 'webhooks.change-source',
  input: z.strictObject({
    tenant: z.string(),
    id: z.string(),
    patch: sourcePatch,
    /** The only revision that the caller wants to change; null for any. */
    revision: z.int().nullable(),
  }),
  result: sourceStateSchema,
}) {}

@CommandHandler(ChangeSource)
export class ChangeSourceHandler implements ICommandHandler<ChangeSource> {
  constructor(
    private readonly sources: SourceRegistry,
    private readonly providers: Providers,
    private readonly log: EventLog,
  ) {}

  async execute({ input }: ChangeSource): Promise<SourceState> {
    const { tenant, id, patch, revision } = input;
    const source = await this.sources.byId(tenant, id);
    if (source === undefined) throw webhookErrors.sourceNotFound(`There is no source ${id}.`);
    if (revision !== null && revision !== source.revision) {
      throw storageErrors.conflict(`The source ${id} is at revision ${source.revision} now.`);
    }
    const provider = await this.providers.byName(tenant, source.provider);
    const changed = patchSource(source, patch, provider);
    await this.log.commit({ writes: [this.sources.replace(changed, source.revision)] });
    this.sources.forget(source.token);
    return sourceState(changed);
  }
}
