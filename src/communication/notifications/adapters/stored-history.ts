import { Injectable } from '@nestjs/common';
import { type Page, pageOf, pageSizeMax } from '#shared-kernel/domain/page.js';
import { OwnsTables } from '#shared-kernel/persistence/migration.js';
import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { Store } from '#shared-kernel/persistence/store.js';
import {
  type NotificationFilter,
  NotificationHistory,
  type RecordedNotification,
} from '../domain/notification-history.js';
import type { Notification } from '../domain/notification.js';
import {
  attemptOf,
  type AttemptRow,
  notificationOf,
  type NotificationRow,
  type NotificationTables,
} from './notification-rows.js';
import { notificationMigrations } from './notification.migrations.js';

/** Notifications in the store. */
@Injectable()
@OwnsTables(notificationMigrations)
export class StoredHistory extends NotificationHistory {
  private readonly db;

  constructor(private readonly store: Store) {
    super();
    this.db = queryBuilder<NotificationTables>(store.dialect);
  }

  async byId(tenant: string, id: string): Promise<RecordedNotification | undefined> {
    const query = this.db
      .selectFrom('notification')
      .selectAll()
      .where('id', '=', id)
      .where('tenant', '=', tenant);
    const row = await this.store.find<NotificationRow>(compiled(query));
    if (row === undefined) return undefined;
    const [recorded] = await this.withAttempts([row]);
    return recorded;
  }

  async ofEvent(tenant: string, eventId: string): Promise<RecordedNotification[]> {
    const query = this.db
      .selectFrom('notification')
      .selectAll()
      .where('event_id', '=', eventId)
      .where('tenant', '=', tenant)
      .orderBy('created_at_ms')
      .orderBy('action_index')
      .limit(pageSizeMax);
    return this.withAttempts(await this.store.list<NotificationRow>(compiled(query)));
  }

  async list(filter: NotificationFilter): Promise<Page<Notification>> {
    const { tenant, limit, before, state, eventId } = filter;
    let query = this.db.selectFrom('notification').selectAll().where('tenant', '=', tenant);
    if (before !== undefined) query = query.where('id', '<', before);
    if (state !== undefined) query = query.where('state', '=', state);
    if (eventId !== undefined) query = query.where('event_id', '=', eventId);
    const page = query.orderBy('id', 'desc').limit(limit + 1);
    const rows = await this.store.list<NotificationRow>(compiled(page));
    return pageOf(rows, limit, (row) => row.id, notificationOf);
  }

  private async withAttempts(rows: readonly NotificationRow[]): Promise<RecordedNotification[]> {
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    const query = this.db
      .selectFrom('notification_attempt')
      .selectAll()
      .where('notification_id', 'in', ids)
      .orderBy('number');
    const attempts = await this.store.list<AttemptRow>(compiled(query));
    const byNotification = Map.groupBy(attempts, (attempt) => attempt.notification_id);
    return rows.map((row) => ({
      notification: notificationOf(row),
      attempts: (byNotification.get(row.id) ?? []).map(attemptOf),
    }));
  }
}
