import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { QuarantineJudge } from '../domain/quarantine-judge.js';
import { Quarantine } from '../domain/quarantine.js';
import { batchSummary, filterOf, quarantineBatch } from '../domain/quarantine-selection.js';
import type { RejectionReason } from '../domain/rejection-reason.js';

/** What a caller says of requests to verify. */
export const verifyInput = quarantineBatch;

/** Counts how many quarantined requests would be released now, and releases none. */
export class VerifyQuarantine extends defineQuery({
  name: 'webhooks.verify-quarantine',
  input: z.strictObject({ tenant: z.string(), batch: quarantineBatch }),
  result: batchSummary.extend({ verified: z.int(), handshakes: z.int() }),
}) {}

@QueryHandler(VerifyQuarantine)
export class VerifyQuarantineHandler implements IQueryHandler<VerifyQuarantine> {
  constructor(
    private readonly quarantine: Quarantine,
    private readonly judge: QuarantineJudge,
  ) {}

  async execute({ input: { tenant, batch } }: VerifyQuarantine) {
    const { limit, after } = batch;
    const ids = await this.quarantine.ids(filterOf(tenant, batch), { limit, after });
    const counts = { webhook: 0, handshake: 0, rejected: 0 };
    const rejectedByReason: Partial<Record<RejectionReason, number>> = {};
    for (const id of ids) {
      const request = await this.quarantine.byId(tenant, id);
      const body = request && (await this.quarantine.bodyOf(id));
      const judgement = request && body && (await this.judge.judge(request, body));
      // It has left meanwhile, or its source has.
      if (judgement === undefined) continue;
      counts[judgement.kind]++;
      if (judgement.kind !== 'rejected') continue;
      rejectedByReason[judgement.reason] = (rejectedByReason[judgement.reason] ?? 0) + 1;
    }
    const { webhook: verified, handshake: handshakes, rejected } = counts;
    const next = ids.length < limit ? null : (ids.at(-1) ?? null);
    const checked = verified + handshakes + rejected;
    return { checked, verified, handshakes, rejected, rejectedByReason, next };
  }
}
