import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { judgeRequest } from '../domain/judge-request.js';
import { KeptRequests } from '../domain/kept-requests.js';
import { Providers } from '../domain/known-provider.js';
import { SourceRegistry } from '../domain/source-registry.js';
import { whatIfPatch, whatIfSource } from '../domain/what-if-source.js';
import { whatIfResult, WhatIfTally } from '../domain/what-if.js';
import { webhookErrors } from '../errors.js';

/** Bytes of bodies that one answer reads: more would hold up everybody else. */
const bytesMax = 64 * 1024 * 1024;

/** What a caller says of a change that is only thought of. */
export const whatIfInput = z.strictObject({
  patch: whatIfPatch,
  limit: z.int().min(1).max(1_000).default(200).meta({
    description: 'Newest stored webhooks, and as many rejected requests, to judge; 64 MiB in all.',
  }),
});

/** Judges what came in by the source as it is and as it would be, and changes nothing. */
export class WhatIfSource extends defineQuery({
  name: 'webhooks.what-if-source',
  input: whatIfInput.extend({ tenant: z.string(), id: z.string() }),
  result: whatIfResult,
}) {}

@QueryHandler(WhatIfSource)
export class WhatIfSourceHandler implements IQueryHandler<WhatIfSource> {
  constructor(
    private readonly sources: SourceRegistry,
    private readonly kept: KeptRequests,
    private readonly providers: Providers,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { tenant, id, patch, limit } }: WhatIfSource) {
    const today = await this.sources.knownById(tenant, id);
    if (today === undefined) throw webhookErrors.sourceNotFound(`There is no source ${id}.`);
    const nowMs = this.clock.now();
    const provider = await this.providers.byName(tenant, patch.provider ?? today.source.provider);
    const changed = await this.sources.knownOf(whatIfSource(today.source, patch, provider, nowMs));
    const ids = { id: newId('whk', nowMs), eventId: newId('evt', nowMs) };
    const tally = new WhatIfTally();
    for await (const kept of this.kept.of(today.source, limit, bytesMax)) {
      const { request, receivedAtMs } = kept;
      if (request === null) {
        tally.addMissing();
        continue;
      }
      const before = await judgeRequest(today, request, ids, receivedAtMs);
      const after = await judgeRequest(changed, request, ids, receivedAtMs);
      tally.add({ kind: kept.kind, id: kept.id, before, after });
    }
    return tally.result();
  }
}
