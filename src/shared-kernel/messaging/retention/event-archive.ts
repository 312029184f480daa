import { Injectable } from '@nestjs/common';
import { type Selectable, sql } from 'kysely';
import { idPattern } from '#shared-kernel/domain/ids.js';
import { type Page, pageOf } from '#shared-kernel/domain/page.js';
import { OwnsTables } from '#shared-kernel/persistence/migration.js';
import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { exactlyOne, returning, type Write } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import type { SeenCheckpoint } from './reaction-progress.js';
import { retentionMigrations } from './retention.migrations.js';
import { hasEvent, type Segment, unpackSegment } from './segment.js';

interface ArchiveTable {
  first_position: number;
  last_position: number;
  first_at_ms: number;
  last_at_ms: number;
  events: number;
  plain_bytes: number;
  sha256: string;
  body: Uint8Array;
  fingerprints: Uint8Array;
  archived_at_ms: number;
}

/** A segment without its bytes. */
export type ListedSegment = Omit<Selectable<ArchiveTable>, 'body' | 'fingerprints'> & {
  readonly packed_bytes: number;
};

/** Which segments a list shows, oldest first. */
export interface SegmentFilter {
  readonly limit: number;
  readonly after?: number | undefined;
  readonly fromMs?: number | undefined;
  readonly beforeMs?: number | undefined;
}

/** How far the time in an event's id may be from the time in the log. */
const idSkewMs = 300_000;
const eventId = idPattern('evt');

/** Conflict of a batch that somebody began to need after it was read. */
const archiveIsSafe = 'nobody-needs-the-events';

/** Events that left the log, in segments. */
@Injectable()
@OwnsTables(retentionMigrations)
export class EventArchive {
  private readonly db;

  constructor(private readonly store: Store) {
    this.db = queryBuilder<{ event_archive: ArchiveTable }>(store.dialect);
  }

  /** Adds a segment; a conflict when a reaction went back or came meanwhile, or it is there. */
  add(segment: Segment, checkpoints: readonly SeenCheckpoint[], nowMs: number): Write {
    const { firstPosition, lastPosition } = segment;
    const insert = sql`INSERT INTO event_archive (first_position, last_position, first_at_ms,
        last_at_ms, events, plain_bytes, sha256, body, fingerprints, archived_at_ms)
      SELECT ${cast(firstPosition)}, ${cast(lastPosition)}, ${cast(segment.firstAtMs)},
        ${cast(segment.lastAtMs)}, ${cast(segment.events)}, ${cast(segment.plainBytes)},
        ${segment.sha256}, ${segment.body}, ${segment.fingerprints}, ${cast(nowMs)}
      WHERE NOT EXISTS (SELECT 1 FROM reaction WHERE NOT (${isAsSeen(checkpoints)}))
        AND NOT EXISTS (SELECT 1 FROM reaction_replay WHERE state = 'running'
          AND position < ${cast(lastPosition)} AND up_to_position >= ${cast(firstPosition)})
      ON CONFLICT (first_position) DO NOTHING`;
    return exactlyOne(compiled({ compile: () => insert.compile(this.db) }), archiveIsSafe);
  }

  async list(filter: SegmentFilter): Promise<Page<ListedSegment>> {
    const { limit, after, fromMs, beforeMs } = filter;
    let query = this.db
      .selectFrom('event_archive')
      .select(['first_position', 'last_position', 'first_at_ms', 'last_at_ms', 'events'])
      .select(['plain_bytes', 'sha256', 'archived_at_ms'])
      .select((e) => e.fn<number>('length', ['body']).as('packed_bytes'));
    if (after !== undefined) query = query.where('first_position', '>', after);
    if (fromMs !== undefined) query = query.where('last_at_ms', '>=', fromMs);
    if (beforeMs !== undefined) query = query.where('first_at_ms', '<', beforeMs);
    const page = query.orderBy('first_position').limit(limit + 1);
    const rows = await this.store.list<ListedSegment & Record<string, unknown>>(compiled(page));
    return pageOf(
      rows,
      limit,
      (row) => row.first_position,
      (row) => row,
    );
  }

  /** The lines of a segment, or undefined when there is none that begins there. */
  async read(firstPosition: number): Promise<Buffer | undefined> {
    const query = this.db
      .selectFrom('event_archive')
      .select(['body', 'sha256'])
      .where('first_position', '=', firstPosition);
    const rows = await this.store.list<{ body: Uint8Array; sha256: string }>(compiled(query));
    const [row] = rows;
    return row && unpackSegment(row.body, row.sha256);
  }

  /** Whether the event left the log for the archive; asks only segments of the time in its id. */
  async has(tenant: string, id: string): Promise<boolean> {
    if (!eventId.test(id)) return false;
    const madeAtMs = Number.parseInt(id.slice('evt_'.length, 'evt_'.length + 12), 16);
    const query = this.db
      .selectFrom('event_archive')
      .select('fingerprints')
      .where('last_at_ms', '>=', madeAtMs - idSkewMs)
      .where('first_at_ms', '<=', madeAtMs + idSkewMs);
    const rows = await this.store.list<{ fingerprints: Uint8Array }>(compiled(query));
    return rows.some(({ fingerprints }) => hasEvent(fingerprints, tenant, id));
  }

  /** Forgets segments whose last event is older; a few at a time. */
  expire(beforeMs: number, limit: number): Write {
    const old = this.db
      .selectFrom('event_archive')
      .select('first_position')
      .where('last_at_ms', '<', beforeMs)
      .orderBy('last_at_ms')
      .limit(limit);
    const remove = this.db.deleteFrom('event_archive').where('first_position', 'in', old);
    return returning(compiled(remove.returning('first_position')));
  }
}

/** Whether a row of `reaction` stands where it stood, or farther. */
function isAsSeen(checkpoints: readonly SeenCheckpoint[]) {
  if (checkpoints.length === 0) return sql`1 = 0`;
  const seen = checkpoints.map(
    ({ id, position }) => sql`(id = ${id} AND position >= ${cast(position)})`,
  );
  return sql.join(seen, sql` OR `);
}

/** PostgreSQL asks for the type of a parameter that a SELECT lists. */
function cast(value: number) {
  return sql<number>`CAST(${value} AS BIGINT)`;
}
