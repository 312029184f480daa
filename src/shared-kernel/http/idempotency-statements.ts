import type { Kysely } from 'kysely';
import { prepared, queryBuilder } from '#shared-kernel/persistence/sql.js';
import type { Dialect } from '#shared-kernel/persistence/store.js';

/** Expired rows that one statement removes: bounds how long it holds the database. */
const cleanedRowsMax = 1_000;

interface Tables {
  readonly idempotency_key: {
    owner: string;
    key: string;
    request_hash: string;
    claim: string;
    status: number | null;
    headers: string | null;
    body: string | null;
    expires_at_ms: number;
  };
}

interface Row {
  owner: string;
  key: string;
  claim: string;
}

/** SQL of the idempotency keys, compiled once. */
export function idempotencyStatements(dialect: Dialect) {
  const db = queryBuilder<Tables>(dialect);
  return {
    insert: prepared<Row & { requestHash: string; expiresAtMs: number }>((p) =>
      db.insertInto('idempotency_key').values({
        owner: p('owner'),
        key: p('key'),
        request_hash: p('requestHash'),
        claim: p('claim'),
        expires_at_ms: p('expiresAtMs'),
      }),
    ),
    find: prepared<{ owner: string; key: string }>((p) =>
      db
        .selectFrom('idempotency_key')
        .selectAll()
        .where('owner', '=', p('owner'))
        .where('key', '=', p('key')),
    ),
    takeOver: prepared<Row & { requestHash: string; deadClaim: string; expiresAtMs: number }>((p) =>
      db
        .updateTable('idempotency_key')
        .set({
          claim: p('claim'),
          request_hash: p('requestHash'),
          expires_at_ms: p('expiresAtMs'),
          status: null,
          headers: null,
          body: null,
        })
        .where('owner', '=', p('owner'))
        .where('key', '=', p('key'))
        .where('claim', '=', p('deadClaim')),
    ),
    clean: prepared<{ nowMs: number }>((p) =>
      db.deleteFrom('idempotency_key').where((eb) => {
        const expired = eb
          .selectFrom('idempotency_key')
          .select(['owner', 'key'])
          .where('expires_at_ms', '<=', p('nowMs'))
          .limit(cleanedRowsMax)
          .$asTuple('owner', 'key');
        return eb(eb.refTuple('owner', 'key'), 'in', expired);
      }),
    ),
    ...endOfRunStatements(db),
  };
}

/** What a run does with its own claim at its end. */
function endOfRunStatements(db: Kysely<Tables>) {
  return {
    keep: prepared<
      Row & { status: number; headers: string; body: string | null; expiresAtMs: number }
    >((p) =>
      db
        .updateTable('idempotency_key')
        .set({
          status: p('status'),
          headers: p('headers'),
          body: p('body'),
          expires_at_ms: p('expiresAtMs'),
        })
        .where('owner', '=', p('owner'))
        .where('key', '=', p('key'))
        .where('claim', '=', p('claim')),
    ),
    release: prepared<Row>((p) =>
      db
        .deleteFrom('idempotency_key')
        .where('owner', '=', p('owner'))
        .where('key', '=', p('key'))
        .where('claim', '=', p('claim')),
    ),
  };
}
