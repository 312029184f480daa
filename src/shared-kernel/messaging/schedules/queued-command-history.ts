import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { type Page, pageOf } from '#shared-kernel/domain/page.js';
import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { exactlyOne, type Write } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import type { QueuedCommandState } from './queued-command.js';
import type { QueuedCommandRow, QueuedCommandTables } from './queued-command-row.js';
import type { queuedCommandViewSchema } from './schedule-view.js';

/** Which queued commands a list shows, newest first. */
interface QueuedCommandFilter {
  readonly tenant: string;
  readonly limit: number;
  /** The position before which the page begins. */
  readonly before?: number | undefined;
  readonly state?: QueuedCommandState | undefined;
  readonly name?: string | undefined;
}

/** The queue of commands as people see it. */
@Injectable()
export class QueuedCommandHistory {
  private readonly db;

  constructor(private readonly store: Store) {
    this.db = queryBuilder<QueuedCommandTables>(store.dialect);
  }

  async byId(tenant: string, id: string): Promise<QueuedCommandRow | undefined> {
    const query = this.db
      .selectFrom('queued_command')
      .selectAll()
      .where('id', '=', id)
      .where('tenant', '=', tenant);
    return this.store.find<QueuedCommandRow>(compiled(query));
  }

  async list(filter: QueuedCommandFilter): Promise<Page<QueuedCommandRow>> {
    const { tenant, limit, before, state, name } = filter;
    let query = this.db.selectFrom('queued_command').selectAll().where('tenant', '=', tenant);
    if (before !== undefined) query = query.where('position', '<', before);
    if (state !== undefined) query = query.where('state', '=', state);
    if (name !== undefined) query = query.where('name', '=', name);
    const page = query.orderBy('position', 'desc').limit(limit + 1);
    const rows = await this.store.list<QueuedCommandRow>(compiled(page));
    return pageOf(
      rows,
      limit,
      (row) => row.position,
      (row) => row,
    );
  }

  /** Makes a dead command due now, with all its tries before it. */
  retry(id: string, nowMs: number): Write {
    const update = this.db
      .updateTable('queued_command')
      .set({ state: 'due', due_at_ms: nowMs, tries: 0, settled_at_ms: null })
      .where('id', '=', id)
      .where('state', '=', 'dead');
    return exactlyOne(compiled(update), 'command-is-dead');
  }
}

/** A row as the API shows it in lists. */
export function viewOfQueuedCommand(
  row: QueuedCommandRow,
): z.output<typeof queuedCommandViewSchema> {
  const { error_code: code, error_message: message } = row;
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    state: row.state,
    key: row.key,
    dueAt: isoTime(row.ready_at_ms),
    nextTryAt: row.state === 'due' ? isoTime(row.due_at_ms) : null,
    failedTries: row.tries,
    error: code === null ? null : { code, message: message ?? '' },
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    createdAt: isoTime(row.created_at_ms),
    settledAt: row.settled_at_ms === null ? null : isoTime(row.settled_at_ms),
  };
}
