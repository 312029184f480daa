import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { Mailer } from '../domain/mailer.js';
import { NotificationHistory } from '../domain/notification-history.js';
import { NotificationOutbox } from '../domain/notification-outbox.js';
import { notificationDetail, notificationDetailSchema } from '../domain/notification-state.js';
import { startAgain } from '../domain/notification.js';
import { notificationErrors } from '../errors.js';

/** Makes a notification that was given up due at once, with all its tries before it. */
export class RetryNotification extends defineCommand({
  name: 'notifications.retry-notification',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: notificationDetailSchema,
}) {}

@CommandHandler(RetryNotification)
export class RetryNotificationHandler implements ICommandHandler<RetryNotification> {
  constructor(
    private readonly history: NotificationHistory,
    private readonly outbox: NotificationOutbox,
    private readonly mailer: Mailer,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { tenant, id } }: RetryNotification) {
    const recorded = await this.history.byId(tenant, id);
    if (recorded === undefined) {
      throw notificationErrors.notificationNotFound(`There is no notification ${id}.`);
    }
    const notification = startAgain(recorded.notification, this.clock.now());
    await this.log.commit({ writes: [this.outbox.startAgain(notification)], due: ['email'] });
    return notificationDetail({ ...recorded, notification }, this.mailer.unavailableBecause);
  }
}
