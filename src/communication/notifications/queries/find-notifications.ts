import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { Mailer } from '../domain/mailer.js';
import { NotificationHistory } from '../domain/notification-history.js';
import { notificationState, notificationStateSchema } from '../domain/notification-state.js';

/** One page of a tenant's notifications, newest first. */
export class FindNotifications extends defineQuery({
  name: 'notifications.find-notifications',
  input: z.strictObject({
    tenant: z.string(),
    limit: z.int(),
    before: z.string().optional(),
    state: notificationStateSchema.shape.state.optional(),
    eventId: z.string().optional(),
  }),
  result: z.object({ items: z.array(notificationStateSchema), next: z.string().nullable() }),
}) {}

@QueryHandler(FindNotifications)
export class FindNotificationsHandler implements IQueryHandler<FindNotifications> {
  constructor(
    private readonly history: NotificationHistory,
    private readonly mailer: Mailer,
  ) {}

  async execute({ input }: FindNotifications) {
    const { tenant, limit, before, state, eventId } = input;
    const { items, next } = await this.history.list({ tenant, limit, before, state, eventId });
    const { unavailableBecause } = this.mailer;
    return { items: items.map((item) => notificationState(item, unavailableBecause)), next };
  }
}
