import { randomBytes } from 'node:crypto';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { dedupeKeySchema } from '../domain/dedupe-key.js';
import { Providers } from '../domain/known-provider.js';
import { providerNameSchema } from '../domain/provider-name.js';
import { SourceRegistry } from '../domain/source-registry.js';
import { newSource, newSourceToken } from '../domain/source-decisions.js';
import { sourceOptionsSchema } from '../domain/source-options.js';
import { type SourceState, sourceState, sourceStateSchema } from '../domain/source-state.js';

const tokenBytes = 24;
const secretBytes = 32;

/** What a caller says of a new source. */
export const sourceInput = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .meta({ examples: ['GitHub organisation'] }),
  provider: providerNameSchema.meta({
    description: 'Whose signature scheme the source checks; GET /v1/providers has all names.',
  }),
  settings: z.record(z.string(), z.unknown()).optional().meta({
    description: 'What the provider needs to know, see its page; left out where that is nothing.',
  }),
  secrets: z.array(z.string().min(1).max(4_000)).min(1).max(10).optional().meta({
    description: 'Any of them may sign. One is made, and shown once, when there is none.',
  }),
  dedupeKey: dedupeKeySchema.optional().meta({
    description: 'Where duplicates are told; the provider’s delivery id or the content if absent.',
  }),
  ...sourceOptionsSchema.shape,
});

/** Makes an inbound address. Secrets that it makes itself come back in the result, once. */
export class CreateSource extends defineCommand({
  name: 'webhooks.create-source',
  input: sourceInput.extend({ tenant: z.string() }),
  result: z.strictObject({ source: sourceStateSchema, madeSecrets: z.array(z.string()) }),
}) {}

@CommandHandler(CreateSource)
export class CreateSourceHandler implements ICommandHandler<CreateSource> {
  constructor(
    private readonly sources: SourceRegistry,
    private readonly providers: Providers,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async execute({ input }: CreateSource): Promise<{ source: SourceState; madeSecrets: string[] }> {
    const nowMs = this.clock.now();
    const provider = await this.providers.byName(input.tenant, input.provider);
    const settings = provider.settingsOf(input.settings ?? null);
    const madeSecrets =
      input.secrets === undefined ? [provider.newSecret(settings, randomBytes(secretBytes))] : [];
    const source = newSource(
      {
        id: newId('src', nowMs),
        tenant: input.tenant,
        name: input.name,
        provider: input.provider,
        settings,
        secrets: (input.secrets ?? madeSecrets).map((value) => ({
          id: newId('sec', nowMs),
          value,
          createdAtMs: nowMs,
          expiresAtMs: null,
        })),
        dedupeKey: input.dedupeKey ?? null,
        options: sourceOptionsSchema.strip().parse(input),
        token: newSourceToken(randomBytes(tokenBytes)),
        createdAtMs: nowMs,
      },
      provider,
    );
    await this.log.commit({ writes: [this.sources.add(source)] });
    return { source: sourceState(source), madeSecrets };
  }
}
