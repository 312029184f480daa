import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { type ApiCaller, Caller } from '#shared-kernel/auth/caller.js';
import { Answers } from '#shared-kernel/http/answers.decorator.js';
import { pageQuery, pageSchema } from '#shared-kernel/http/paging.js';
import { RetryNotification } from '../commands/retry-notification.js';
import { notificationErrors } from '../errors.js';
import { FindNotifications } from '../queries/find-notifications.js';
import { GetNotification } from '../queries/get-notification.js';
import {
  detailViewOf,
  notificationDetailView,
  notificationView,
  viewOf,
} from './notification-view.js';

const listQuery = z.object({
  ...pageQuery,
  state: notificationView.shape.state.optional(),
  eventId: z.string().max(100).optional(),
});
const tags = ['Notifications'];

/** `/v1/notifications`: what people were told. */
@Controller('v1/notifications')
export class NotificationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Answers(
    { 200: pageSchema(notificationView) },
    { summary: 'List notifications, newest first', scope: 'viewer', tags },
  )
  async list(
    @Query({ schema: listQuery }) { cursor, ...filter }: z.infer<typeof listQuery>,
    @Caller() { tenant }: ApiCaller,
  ) {
    const before = cursor === undefined ? undefined : String(cursor);
    const page = await this.queries.execute(new FindNotifications({ ...filter, tenant, before }));
    return { ...page, items: page.items.map(viewOf) };
  }

  @Get(':id')
  @Answers(
    { 200: notificationDetailView },
    {
      summary: 'Read a notification with its tries',
      scope: 'viewer',
      errors: [notificationErrors.notificationNotFound],
      tags,
    },
  )
  async read(@Param('id') id: string, @Caller() { tenant }: ApiCaller) {
    return detailViewOf(await this.queries.execute(new GetNotification({ tenant, id })));
  }

  @Post(':id/retry')
  @Answers(
    { 202: notificationDetailView },
    {
      summary: 'Try a notification again',
      description: 'For one that was given up: it is due at once, and has all its tries again.',
      scope: 'operator',
      errors: [
        notificationErrors.notificationNotFound,
        notificationErrors.notificationNotRetryable,
      ],
      tags,
    },
  )
  async retry(@Param('id') id: string, @Caller() { tenant }: ApiCaller) {
    return detailViewOf(await this.commands.execute(new RetryNotification({ tenant, id })));
  }
}
