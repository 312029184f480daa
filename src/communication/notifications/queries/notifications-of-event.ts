import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { NotificationsOfEvent } from '../contracts/notifications-of-event.query.js';
import { Mailer } from '../domain/mailer.js';
import { NotificationHistory } from '../domain/notification-history.js';

@QueryHandler(NotificationsOfEvent)
export class NotificationsOfEventHandler implements IQueryHandler<NotificationsOfEvent> {
  constructor(
    private readonly history: NotificationHistory,
    private readonly mailer: Mailer,
  ) {}

  async execute({ input: { tenant, eventId } }: NotificationsOfEvent) {
    const recorded = await this.history.ofEvent(tenant, eventId);
    return recorded.map(({ notification, attempts }) => {
      const { id, ruleId, to, subject, progress, createdAtMs } = notification;
      const isDue = progress.state === 'due';
      return {
        id,
        channel: 'email' as const,
        ruleId,
        to: [...to],
        subject,
        state: progress.state,
        createdAtMs,
        dueAtMs: isDue ? progress.dueAtMs : null,
        waitsBecause: isDue ? this.mailer.unavailableBecause : null,
        attempts: attempts.map(({ number: _number, ...attempt }) => attempt),
      };
    });
  }
}
