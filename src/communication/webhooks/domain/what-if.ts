import { z } from 'zod';
import type { Judgement } from './judge-request.js';
import { rejectionReasons } from './rejection-reason.js';

/** What one request is at a source, in the words of a comparison. */
const judgedOutcome = z.strictObject({
  outcome: z.enum(['verified', 'rejected', 'handshake', 'method-not-allowed']),
  reason: z.enum(rejectionReasons).nullable(),
  eventType: z.string().nullable(),
  deliveryId: z.string().nullable(),
  dedupeKey: z.string().nullable(),
});
type JudgedOutcome = z.infer<typeof judgedOutcome>;

/** How a request can come out otherwise. */
const differences = [
  'verified',
  'rejected',
  'handshake',
  'reason',
  'event-type',
  'delivery-id',
  'dedupe-key',
] as const;
type Difference = (typeof differences)[number];

const samplesMax = 20;

/** What a change of a source would do to the requests that it was shown. */
export const whatIfResult = z.strictObject({
  checked: z.int().meta({ description: 'Requests that were judged by both sources.' }),
  changed: z.int(),
  differences: z.partialRecord(z.enum(differences), z.int()).meta({
    description: 'Requests by what would be different; one may count under several.',
  }),
  unverifiable: z.int().meta({
    description:
      'Stored webhooks that neither source verifies: a header that held a credential is not kept, ' +
      'the secret of then has gone, or the provider signs a query.',
  }),
  missing: z.int().meta({ description: 'Stored webhooks whose bytes have left the event log.' }),
  newDuplicates: z.int().meta({
    description: 'Different webhooks that the changed source would take for repeats.',
  }),
  samples: z.array(
    z.strictObject({
      kind: z.enum(['webhook', 'quarantined']),
      id: z.string(),
      differences: z.array(z.enum(differences)),
      before: judgedOutcome,
      after: judgedOutcome,
    }),
  ),
});
type WhatIfResult = z.infer<typeof whatIfResult>;

/** A request that both sources judged. */
interface Compared {
  readonly kind: 'webhook' | 'quarantined';
  readonly id: string;
  readonly before: Judgement;
  readonly after: Judgement;
}

/** Adds up what a changed source would do, one request after the other. */
export class WhatIfTally {
  private readonly counts = { checked: 0, changed: 0, unverifiable: 0, missing: 0 };
  private readonly differing: Partial<Record<Difference, number>> = {};
  private readonly samples: WhatIfResult['samples'] = [];
  private readonly keysSeen = new Set<string>();
  private newDuplicates = 0;

  /** A stored webhook whose bytes are not there any more. */
  addMissing(): void {
    this.counts.missing++;
  }

  add({ kind, id, before: was, after: becomes }: Compared): void {
    const before = outcomeOf(was);
    const after = outcomeOf(becomes);
    this.counts.checked++;
    const isUnverifiable = before.outcome === 'rejected' && after.outcome === 'rejected';
    if (kind === 'webhook' && isUnverifiable) this.counts.unverifiable++;
    if (kind === 'webhook' && after.dedupeKey !== null) this.addKey(after.dedupeKey);
    const found = differencesOf(before, after);
    if (found.length === 0) return;
    this.counts.changed++;
    for (const one of found) this.differing[one] = (this.differing[one] ?? 0) + 1;
    if (this.samples.length < samplesMax) {
      this.samples.push({ kind, id, differences: found, before, after });
    }
  }

  result(): WhatIfResult {
    const { newDuplicates, differing, samples } = this;
    return { ...this.counts, newDuplicates, differences: differing, samples };
  }

  private addKey(key: string): void {
    if (this.keysSeen.has(key)) this.newDuplicates++;
    this.keysSeen.add(key);
  }
}

function outcomeOf(judgement: Judgement): JudgedOutcome {
  const nothing = { reason: null, eventType: null, deliveryId: null, dedupeKey: null };
  switch (judgement.kind) {
    case 'rejected':
      return { ...nothing, outcome: 'rejected', reason: judgement.reason };
    case 'handshake':
    case 'method-not-allowed':
      return { ...nothing, outcome: judgement.kind };
    case 'webhook': {
      const { eventType, deliveryId, dedupeKey } = judgement.webhook;
      return { ...nothing, outcome: 'verified', eventType, deliveryId, dedupeKey };
    }
  }
}

function differencesOf(before: JudgedOutcome, after: JudgedOutcome): Difference[] {
  if (before.outcome !== after.outcome) {
    return [after.outcome === 'method-not-allowed' ? 'handshake' : after.outcome];
  }
  const checks: [Difference, boolean][] = [
    ['reason', before.reason !== after.reason],
    ['event-type', before.eventType !== after.eventType],
    ['delivery-id', before.deliveryId !== after.deliveryId],
    ['dedupe-key', before.dedupeKey !== after.dedupeKey],
  ];
  return checks.filter(([, differs]) => differs).map(([difference]) => difference);
}
