import { type Kysely, sql } from 'kysely';
import { claims } from '#shared-kernel/persistence/claims.js';
import { prepared, queryBuilder } from '#shared-kernel/persistence/sql.js';
import type { Dialect } from '#shared-kernel/persistence/store.js';
import type { DeliveryTables } from './delivery-rows.js';

/** Claims of one lane. `leaseEndMs` is unlike that of any other claim of this process. */
export interface LaneClaimValues {
  readonly lane: string;
  readonly nowMs: number;
  readonly leaseEndMs: number;
  readonly claimedBy: string;
  readonly count: number;
}

/** What a limited lane may have: a slot each `intervalUs` since its pace, and so many at once. */
interface LimitValues extends LaneClaimValues {
  readonly nowUs: number;
  readonly intervalUs: number;
  readonly inFlightMax: number;
}

interface SpendValues {
  readonly lane: string;
  readonly leaseEndMs: number;
  readonly claimedBy: string;
  /** Time that each claimed delivery takes of the pace, 0 without a rate. */
  readonly spentUs: number;
}

/** SQL of the lanes: which there are, and how one is claimed. Nothing here walks a backlog. */
export function laneStatements(dialect: Dialect) {
  const db = queryBuilder<DeliveryTables>(dialect);
  return {
    lanes: lanesStatement(db),
    nextDue: prepared<{ lane: string }>((p) =>
      db
        .selectFrom('delivery')
        .select('due_at_ms')
        .where('state', '=', sql.lit('due' as const))
        .where('endpoint_id', '=', p('lane'))
        .orderBy('due_at_ms')
        .limit(sql.lit(1)),
    ),
    claim: prepared<LaneClaimValues>((p) =>
      db
        .updateTable('delivery')
        .set((e) => ({
          due_at_ms: p('leaseEndMs'),
          claims: e('claims', '+', sql.lit(1)),
          claimed_by: p('claimedBy'),
        }))
        .where(
          claims(
            sql`SELECT id FROM delivery
              WHERE state = 'due' AND endpoint_id = ${p('lane')} AND due_at_ms <= ${p('nowMs')}
              ORDER BY due_at_ms LIMIT ${p('count')}`,
            'delivery',
            dialect,
          ),
        )
        .returningAll(),
    ),
    ...limitedStatements(db, dialect),
  };
}

/** Walks from endpoint to endpoint, one index seek each. */
function lanesStatement(db: Kysely<DeliveryTables>) {
  return prepared<{ after: string; limit: number }>((p) => {
    const lanes = sql`WITH RECURSIVE lane (id, number) AS (
        SELECT * FROM (SELECT endpoint_id, 1 FROM delivery
          WHERE state = 'due' AND endpoint_id > ${p('after')}
          ORDER BY endpoint_id LIMIT 1) AS first_lane
        UNION ALL
        SELECT (SELECT endpoint_id FROM delivery
          WHERE state = 'due' AND endpoint_id > lane.id ORDER BY endpoint_id LIMIT 1), number + 1
        FROM lane WHERE lane.id IS NOT NULL AND number < ${p('limit')}
      )
      SELECT id AS lane, (SELECT due_at_ms FROM delivery
        WHERE state = 'due' AND endpoint_id = lane.id ORDER BY due_at_ms LIMIT 1) AS due_at_ms
      FROM lane WHERE id IS NOT NULL`;
    return { compile: () => lanes.compile(db) };
  });
}

/**
 * A lane with a rate or a limit of its own. The row of its pace is taken first: it says from when
 * on slots are free, and instances that claim from one lane at the same time take turns by it.
 */
function limitedStatements(db: Kysely<DeliveryTables>, dialect: Dialect) {
  const [least, greatest] =
    dialect === 'sqlite'
      ? [sql.raw('min'), sql.raw('max')]
      : [sql.raw('LEAST'), sql.raw('GREATEST')];
  return {
    takePace: prepared<{ lane: string; floorUs: number }>((p) =>
      db
        .insertInto('endpoint_pace')
        .values({ endpoint_id: p('lane'), paced_to_us: p('floorUs') })
        .onConflict((conflict) =>
          conflict.column('endpoint_id').doUpdateSet({
            paced_to_us: sql`${greatest}(endpoint_pace.paced_to_us, excluded.paced_to_us)`,
          }),
        ),
    ),
    claimLimited: prepared<LimitValues>((p) =>
      db
        .updateTable('delivery')
        .set((e) => ({
          due_at_ms: p('leaseEndMs'),
          claims: e('claims', '+', sql.lit(1)),
          claimed_by: p('claimedBy'),
        }))
        .where(
          claims(
            sql`SELECT id FROM delivery
              WHERE state = 'due' AND endpoint_id = ${p('lane')} AND due_at_ms <= ${p('nowMs')}
              ORDER BY due_at_ms LIMIT ${greatest}(0, ${least}(CAST(${p('count')} AS BIGINT),
                (SELECT (CAST(${p('nowUs')} AS BIGINT) - paced_to_us)
                  / CAST(${p('intervalUs')} AS BIGINT)
                  FROM endpoint_pace WHERE endpoint_id = ${p('lane')}),
                CAST(${p('inFlightMax')} AS BIGINT) - (SELECT count(*) FROM delivery
                  WHERE endpoint_id = ${p('lane')} AND claimed_by IS NOT NULL)))`,
            'delivery',
            dialect,
          ),
        )
        .returningAll(),
    ),
    spendPace: prepared<SpendValues>((p) =>
      db
        .updateTable('endpoint_pace')
        .set({
          paced_to_us: sql`paced_to_us + CAST(${p('spentUs')} AS BIGINT) * (
            SELECT count(*) FROM delivery
            WHERE state = 'due' AND endpoint_id = ${p('lane')}
              AND due_at_ms = ${p('leaseEndMs')} AND claimed_by = ${p('claimedBy')})`,
        })
        .where('endpoint_id', '=', p('lane')),
    ),
    pacedTo: prepared<{ lane: string }>((p) =>
      db.selectFrom('endpoint_pace').select('paced_to_us').where('endpoint_id', '=', p('lane')),
    ),
  };
}
