import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { SourceRegistry } from '../domain/source-registry.js';
import { type SourceState, sourceState, sourceStateSchema } from '../domain/source-state.js';
import { WebhookInbox } from '../domain/webhook-inbox.js';
import { webhookErrors } from '../errors.js';

export class GetSource extends defineQuery({
  name: 'webhooks.get-source',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: sourceStateSchema,
}) {}

@QueryHandler(GetSource)
export class GetSourceHandler implements IQueryHandler<GetSource> {
  constructor(
    private readonly sources: SourceRegistry,
    private readonly inbox: WebhookInbox,
  ) {}

  async execute({ input: { tenant, id } }: GetSource): Promise<SourceState> {
    const source = await this.sources.byId(tenant, id);
    if (source === undefined) throw webhookErrors.sourceNotFound(`There is no source ${id}.`);
    const state = sourceState(source);
    const uses = await this.inbox.secretUses(id);
    const secrets = state.secrets.map((secret) => ({
      ...secret,
      lastUsedAtMs: uses.get(secret.id) ?? null,
    }));
    return { ...state, secrets };
  }
}
