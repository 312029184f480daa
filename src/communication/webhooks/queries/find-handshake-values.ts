import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { HandshakeValues } from '../domain/handshake-values.js';
import { SourceRegistry } from '../domain/source-registry.js';
import { webhookErrors } from '../errors.js';

/** What a provider sent to a source for a person to read, newest first; never more than a few. */
export class FindHandshakeValues extends defineQuery({
  name: 'webhooks.find-handshake-values',
  input: z.strictObject({ tenant: z.string(), sourceId: z.string() }),
  result: z.array(z.strictObject({ value: z.string(), receivedAtMs: z.int() })),
}) {}

@QueryHandler(FindHandshakeValues)
export class FindHandshakeValuesHandler implements IQueryHandler<FindHandshakeValues> {
  constructor(
    private readonly sources: SourceRegistry,
    private readonly values: HandshakeValues,
  ) {}

  async execute({ input: { tenant, sourceId } }: FindHandshakeValues) {
    const source = await this.sources.byId(tenant, sourceId);
    if (source === undefined) throw webhookErrors.sourceNotFound(`There is no source ${sourceId}.`);
    const values = await this.values.ofSource(tenant, sourceId);
    return values.map(({ value, receivedAtMs }) => ({ value, receivedAtMs }));
  }
}
