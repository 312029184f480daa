import type { Page } from '#shared-kernel/domain/page.js';
import type { MailState } from './mail.js';
import type { Notification, NotificationAttempt } from './notification.js';

/** Which notifications a list shows, newest first. */
export interface NotificationFilter {
  readonly tenant: string;
  readonly limit: number;
  /** The id before which the page begins. */
  readonly before: string | undefined;
  readonly state: MailState['state'] | undefined;
  readonly eventId: string | undefined;
}

/** A notification with its tries, oldest first. */
export interface RecordedNotification {
  readonly notification: Notification;
  readonly attempts: readonly NotificationAttempt[];
}

/** Notifications as people look at them. */
export abstract class NotificationHistory {
  abstract byId(tenant: string, id: string): Promise<RecordedNotification | undefined>;
  /** The oldest first; at most 200, which a rule's limits keep an event from reaching. */
  abstract ofEvent(tenant: string, eventId: string): Promise<RecordedNotification[]>;
  abstract list(filter: NotificationFilter): Promise<Page<Notification>>;
}
