import { z } from 'zod';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { type EventState, eventStateSchema } from '../queries/event-state.js';
import { GetEvent } from '../queries/get-event.js';
import { timelineEntryView, viewOfTimelineEntry } from './timeline-view.js';

const { data, dataBase64, dataOmitted } = GetEvent.contract.result.shape;

/** An event as the API shows it in lists: a CloudEvent, and what the log knows beside it. */
export const eventView = eventStateSchema
  .omit({ timeMs: true, storedAtMs: true })
  .extend({
    time: z.iso.datetime().describe('When it happened, as its publisher says.'),
    storedAt: z.iso.datetime(),
  })
  .meta({ id: 'Event' });

/** An event with its data and its history. */
export const eventDetailView = eventView
  .extend({
    data: data.describe('The payload, when it is JSON.'),
    dataBase64: dataBase64.describe('The payload, when it is anything else.'),
    dataOmitted: dataOmitted.describe('Why the payload is not shown here.'),
    timeline: z.array(timelineEntryView),
  })
  .meta({ id: 'EventDetail' });

type EventDetail = z.infer<typeof GetEvent.contract.result>;

export function viewOfEvent({ timeMs, storedAtMs, ...view }: EventState) {
  return { ...view, time: isoTime(timeMs), storedAt: isoTime(storedAtMs) };
}

export function viewOfEventDetail({ timeline, ...event }: EventDetail) {
  return { ...viewOfEvent(event), timeline: timeline.map(viewOfTimelineEntry) };
}
