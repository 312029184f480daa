import { z } from 'zod';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { FindNotifications } from '../queries/find-notifications.js';
import { GetNotification } from '../queries/get-notification.js';

const state = FindNotifications.contract.result.shape.items.element;
const detail = GetNotification.contract.result;
const times = {
  createdAt: z.iso.datetime(),
  dueAt: z.iso.datetime().nullable().describe('When the next try is due.'),
};

/** A notification as the API shows it in lists. */
export const notificationView = state
  .omit({ createdAtMs: true, dueAtMs: true })
  .extend(times)
  .meta({ id: 'Notification' });

/** A notification with its content and its tries. */
export const notificationDetailView = detail
  .omit({ createdAtMs: true, dueAtMs: true, attempts: true })
  .extend({
    ...times,
    attempts: z.array(
      detail.shape.attempts.element
        .omit({ startedAtMs: true })
        .extend({ startedAt: z.iso.datetime() }),
    ),
  })
  .meta({ id: 'NotificationDetail' });

export function viewOf<State extends z.infer<typeof state>>(notification: State) {
  const { createdAtMs, dueAtMs, ...view } = notification;
  return {
    ...view,
    createdAt: isoTime(createdAtMs),
    dueAt: dueAtMs === null ? null : isoTime(dueAtMs),
  };
}

export function detailViewOf({ attempts, ...notification }: z.infer<typeof detail>) {
  return {
    ...viewOf(notification),
    attempts: attempts.map(({ startedAtMs, ...attempt }) => ({
      ...attempt,
      startedAt: isoTime(startedAtMs),
    })),
  };
}
