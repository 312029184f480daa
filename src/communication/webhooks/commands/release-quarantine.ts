import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Quarantine } from '../domain/quarantine.js';
import { batchSummary, filterOf, quarantineBatch } from '../domain/quarantine-selection.js';
import type { RejectionReason } from '../domain/rejection-reason.js';
import { ReleaseRequest } from './release-request.js';

/** What a caller says of requests to release. */
export const releaseInput = quarantineBatch;

/** Requests that are verified and stored at the same time: their commits share an fsync. */
const atOnce = 16;

/** Takes what verifies now out of quarantine, in one bounded batch. */
export class ReleaseQuarantine extends defineCommand({
  name: 'webhooks.release-quarantine',
  input: z.strictObject({ tenant: z.string(), batch: quarantineBatch }),
  result: batchSummary.extend({
    released: z.int(),
    duplicates: z.int().meta({ description: 'Repeats of webhooks that came in since.' }),
    handshakes: z.int(),
    gone: z.int().meta({ description: 'Left meanwhile, such as by another release.' }),
  }),
}) {}

@CommandHandler(ReleaseQuarantine)
export class ReleaseQuarantineHandler implements ICommandHandler<ReleaseQuarantine> {
  constructor(
    private readonly quarantine: Quarantine,
    private readonly commands: CommandBus,
  ) {}

  async execute({ input: { tenant, batch } }: ReleaseQuarantine) {
    const { limit, after } = batch;
    const ids = await this.quarantine.ids(filterOf(tenant, batch), { limit, after });
    const counts = { released: 0, duplicate: 0, handshake: 0, gone: 0, rejected: 0 };
    const rejectedByReason: Partial<Record<RejectionReason, number>> = {};
    for (let start = 0; start < ids.length; start += atOnce) {
      const some = ids.slice(start, start + atOnce);
      const releases = await Promise.all(
        some.map((id) => this.commands.execute(new ReleaseRequest({ tenant, id, forced: false }))),
      );
      for (const release of releases) {
        counts[release.outcome]++;
        if (release.outcome !== 'rejected') continue;
        rejectedByReason[release.reason] = (rejectedByReason[release.reason] ?? 0) + 1;
      }
    }
    const { released, duplicate: duplicates, handshake: handshakes, gone, rejected } = counts;
    const next = ids.length < limit ? null : (ids.at(-1) ?? null);
    const summary = { checked: ids.length, rejected, rejectedByReason, next };
    return { ...summary, released, duplicates, handshakes, gone };
  }
}
