import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import { settingsOf } from '../domain/providers/registry.js';
import { SourceRegistry } from '../domain/source-registry.js';
import { type SourceState, sourceState, sourceStateSchema } from '../domain/source-state.js';
import type { Source } from '../domain/source.js';
import { webhookErrors } from '../errors.js';
import { sourceInput } from './create-source.js';

/** A merge patch (RFC 7396) of what may change; null removes the dedupe key or a setting. */
export const sourcePatch = z.strictObject({
  name: sourceInput.shape.name.optional(),
  settings: sourceInput.shape.settings,
  dedupeKey: sourceInput.shape.dedupeKey.nullable(),
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
    private readonly log: EventLog,
  ) {}

  async execute({ input }: ChangeSource): Promise<SourceState> {
    const { tenant, id, patch, revision } = input;
    const source = await this.sources.byId(tenant, id);
    if (source === undefined) throw webhookErrors.sourceNotFound(`There is no source ${id}.`);
    if (revision !== null && revision !== source.revision) {
      throw storageErrors.conflict(`The source ${id} is at revision ${source.revision} now.`);
    }
    const changed = {
      ...source,
      name: patch.name ?? source.name,
      settings:
        patch.settings === undefined
          ? source.settings
          : settingsOf(source.provider, merged(source.settings, patch.settings)),
      dedupeKey: patch.dedupeKey === undefined ? source.dedupeKey : patch.dedupeKey,
      revision: source.revision + 1,
    };
    await this.log.commit({ writes: [this.sources.replace(changed, source.revision)] });
    this.sources.forget(source.token);
    return sourceState(changed);
  }
}

/** As a merge patch says: null takes a setting away. */
function merged(settings: Source['settings'], patch: Record<string, unknown>) {
  const entries = Object.entries({ ...settings, ...patch });
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}
