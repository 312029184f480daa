import { z } from 'zod';
import type { QuarantineFilter } from './quarantine.js';
import { rejectionReasons } from './rejection-reason.js';

const time = z.iso.datetime({ offset: true });

/** Which quarantined requests are meant, as callers say it. */
export const quarantineSelection = z.strictObject({
  sourceId: z.string().max(100).optional(),
  reason: z.enum(rejectionReasons).optional(),
  from: time.optional().meta({ description: 'Received at this time or later.' }),
  to: time.optional().meta({ description: 'Received before this time.' }),
});
export type QuarantineSelection = z.infer<typeof quarantineSelection>;

/** A selection with one bounded batch of it, the oldest first. */
export const quarantineBatch = quarantineSelection.extend({
  limit: z.int().min(1).max(1_000).default(1_000).meta({ description: 'Requests to look at.' }),
  after: z.string().max(200).optional().meta({ description: 'The `next` of the batch before.' }),
});

/** The counts of one batch; those that still do not verify by the reason of today. */
export const batchSummary = z.strictObject({
  checked: z.int(),
  rejected: z.int(),
  rejectedByReason: z.partialRecord(z.enum(rejectionReasons), z.int()),
  next: z.string().nullable().meta({
    description: 'Give it as `after` to go on; null when this was the last batch.',
  }),
});

/** The filter that a tenant's selection stands for. */
export function filterOf(tenant: string, selection: QuarantineSelection): QuarantineFilter {
  const { sourceId, reason, from, to } = selection;
  const fromMs = from === undefined ? undefined : Date.parse(from);
  const toMs = to === undefined ? undefined : Date.parse(to);
  return { tenant, sourceId, reason, fromMs, toMs };
}
