import { z } from 'zod';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { GetEvent } from '../queries/get-event.js';

const [received, published, matched, missed, moreMissed, delivery, notification] =
  GetEvent.contract.result.shape.timeline.element.options;

const at = { at: z.iso.datetime() };
const dueAt = z.iso.datetime().nullable().describe('When the next try is due.');
const startedAt = z.iso.datetime();

const deliveryAttempt = delivery.shape.attempts.element.omit({ startedAtMs: true });
const notificationAttempt = notification.shape.attempts.element.omit({ startedAtMs: true });

/** One thing that happened to an event, as the API shows it. */
export const timelineEntryView = z
  .discriminatedUnion('kind', [
    received.omit({ atMs: true }).extend(at),
    published.omit({ atMs: true }).extend(at),
    matched.omit({ atMs: true }).extend(at),
    missed.omit({ atMs: true }).extend(at),
    moreMissed.omit({ atMs: true }).extend(at),
    delivery
      .omit({ atMs: true, dueAtMs: true })
      .extend({ ...at, dueAt, attempts: z.array(deliveryAttempt.extend({ startedAt })) }),
    notification
      .omit({ atMs: true, dueAtMs: true })
      .extend({ ...at, dueAt, attempts: z.array(notificationAttempt.extend({ startedAt })) }),
  ])
  .meta({ id: 'TimelineEntry' });

type TimelineEntry = z.infer<typeof GetEvent.contract.result>['timeline'][number];

export function viewOfTimelineEntry(entry: TimelineEntry): z.infer<typeof timelineEntryView> {
  switch (entry.kind) {
    case 'delivery':
    case 'notification':
      return viewOfEffect(entry);
    case 'webhook-received':
    case 'event-published':
    case 'rule-matched':
    case 'rule-not-matched':
    case 'more-rules-not-matched': {
      const { atMs, ...view } = entry;
      return { ...view, at: isoTime(atMs) };
    }
  }
}

function viewOfEffect(
  entry: Extract<TimelineEntry, { attempts: unknown }>,
): z.infer<typeof timelineEntryView> {
  const dueAtText = entry.dueAtMs === null ? null : isoTime(entry.dueAtMs);
  if (entry.kind === 'delivery') {
    const { atMs, dueAtMs: _dueAtMs, attempts, ...view } = entry;
    return { ...view, at: isoTime(atMs), dueAt: dueAtText, attempts: attempts.map(viewOfAttempt) };
  }
  const { atMs, dueAtMs: _dueAtMs, attempts, ...view } = entry;
  return { ...view, at: isoTime(atMs), dueAt: dueAtText, attempts: attempts.map(viewOfAttempt) };
}

function viewOfAttempt<Attempt extends { readonly startedAtMs: number }>({
  startedAtMs,
  ...view
}: Attempt) {
  return { ...view, startedAt: isoTime(startedAtMs) };
}
