import { compiled, prepared, queryBuilder } from '#shared-kernel/persistence/sql.js';
import type { Statement } from '#shared-kernel/persistence/statement.js';
import type { Dialect } from '#shared-kernel/persistence/store.js';
import type { EventLogTables, NewEventRow } from './event-row.js';

/** SQL of the event log, compiled once. */
export function eventLogStatements(dialect: Dialect) {
  const db = queryBuilder<EventLogTables>(dialect);
  return {
    insert: prepared<NewEventRow>((p) =>
      db.insertInto('event_log').values({
        id: p('id'),
        name: p('name'),
        version: p('version'),
        type: p('type'),
        source: p('source'),
        subject: p('subject'),
        tenant: p('tenant'),
        key: p('key'),
        occurred_at_ms: p('occurredAtMs'),
        correlation_id: p('correlationId'),
        causation_id: p('causationId'),
        traceparent: p('traceparent'),
        hops: p('hops'),
        data: p('data'),
        payload: p('payload'),
        payload_type: p('payloadType'),
      }),
    ),
    /** Events of these names behind a position, in order. */
    after(names: readonly string[]): (from: LogRange) => Statement {
      return prepared<LogRange>((p) =>
        db
          .selectFrom('event_log')
          .selectAll()
          .where('position', '>', p('position'))
          .where('position', '<=', p('upTo'))
          .where('name', 'in', [...names])
          .orderBy('position')
          .limit(p('limit')),
      );
    },
    head: compiled(db.selectFrom('event_log').select((e) => e.fn.max('position').as('head'))),
    occurredAfter: prepared<{ position: number }>((p) =>
      db
        .selectFrom('event_log')
        .select('occurred_at_ms')
        .where('position', '>', p('position'))
        .orderBy('position')
        .limit(1),
    ),
    namesWithin: prepared<{ after: number; upTo: number }>((p) =>
      db
        .selectFrom('event_log')
        .select('name')
        .distinct()
        .where('position', '>', p('after'))
        .where('position', '<=', p('upTo')),
    ),
    at: prepared<{ position: number }>((p) =>
      db.selectFrom('event_log').selectAll().where('position', '=', p('position')),
    ),
    byId: prepared<{ id: string }>((p) =>
      db.selectFrom('event_log').selectAll().where('id', '=', p('id')),
    ),
  };
}

/** A stretch of the log: behind `position`, up to and with `upTo`. */
interface LogRange {
  readonly position: number;
  readonly upTo: number;
  readonly limit: number;
}
