import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { Mailer } from '../domain/mailer.js';
import { NotificationHistory } from '../domain/notification-history.js';
import { notificationDetail, notificationDetailSchema } from '../domain/notification-state.js';
import { notificationErrors } from '../errors.js';

/** One notification with its content and its tries. */
export class GetNotification extends defineQuery({
  name: 'notifications.get-notification',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: notificationDetailSchema,
}) {}

@QueryHandler(GetNotification)
export class GetNotificationHandler implements IQueryHandler<GetNotification> {
  constructor(
    private readonly history: NotificationHistory,
    private readonly mailer: Mailer,
  ) {}

  async execute({ input: { tenant, id } }: GetNotification) {
    const recorded = await this.history.byId(tenant, id);
    if (recorded === undefined) {
      throw notificationErrors.notificationNotFound(`There is no notification ${id}.`);
    }
    return notificationDetail(recorded, this.mailer.unavailableBecause);
  }
}
