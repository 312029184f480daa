import { z } from 'zod';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { GetDelivery } from '../queries/get-delivery.js';

const state = GetDelivery.contract.result.omit({ attempts: true });
const attemptState = GetDelivery.contract.result.shape.attempts.element;
const time = z.iso.datetime();

/** A delivery as the API shows it. */
export const deliveryView = state
  .omit({ dueAtMs: true, createdAtMs: true, settledAtMs: true })
  .extend({
    dueAt: time.nullable().meta({
      description: 'The next try; null once settled. While a try runs, the end of its lease.',
    }),
    createdAt: time,
    settledAt: time.nullable(),
  })
  .meta({ id: 'Delivery' });

const attemptView = attemptState
  .omit({ startedAtMs: true })
  .extend({ startedAt: time })
  .meta({ id: 'DeliveryAttempt' });

export const deliveryWithAttemptsView = deliveryView
  .extend({ attempts: z.array(attemptView) })
  .meta({ id: 'DeliveryWithAttempts' });

export function viewOfDelivery(delivery: z.infer<typeof state>): z.infer<typeof deliveryView> {
  const { dueAtMs, createdAtMs, settledAtMs, ...facts } = delivery;
  return {
    ...facts,
    dueAt: timeOrNull(dueAtMs),
    createdAt: isoTime(createdAtMs),
    settledAt: timeOrNull(settledAtMs),
  };
}

export function viewOfAttempt({ startedAtMs, ...facts }: z.infer<typeof attemptState>) {
  return { ...facts, startedAt: isoTime(startedAtMs) };
}

function timeOrNull(atMs: number | null): string | null {
  return atMs === null ? null : isoTime(atMs);
}
