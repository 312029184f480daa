import { always, returning, type Write } from '#shared-kernel/persistence/statement.js';
import type { Row, Store } from '#shared-kernel/persistence/store.js';
import type { LaneShare, LaneSighting } from '../domain/delivery-lanes.js';
import type { ClaimedDelivery, ClaimedLane, LaneClaimRequest } from '../domain/delivery-queue.js';
import { endpointTimeoutMaxMs } from '../domain/endpoint.js';
import { type DeliveryRow, dueDeliveryOf } from './delivery-rows.js';
import { type LaneClaimValues, laneStatements } from './lane-statements.js';

/** The longest try, and time to commit what became of it. */
const leaseMs = endpointTimeoutMaxMs + 5_000;
/** How late a lane that never runs dry may be and still catch up with its rate. */
const lagMaxUs = 500_000;
/** Before another instance is asked again for the places that it holds of a lane. */
const sharedPauseMs = 50;
const unlimited = 1_000_000_000;

/** The writes that claim from one lane; the places of their answers differ. */
interface ClaimWrites {
  readonly writes: readonly Write[];
  readonly claimAt: number;
  readonly nextDueAt: number;
  /** Where the pace is told; null for a lane without a rate. */
  readonly paceAt: number | null;
}

/** Claims deliveries lane by lane, all lanes of a round in one commit. */
export class LaneClaims {
  private readonly sql;
  private claimed = 0;

  constructor(private readonly store: Store) {
    this.sql = laneStatements(store.dialect);
  }

  async lanes(after: string, limit: number): Promise<LaneSighting[]> {
    const rows = await this.store.list<{ lane: string; due_at_ms: number }>(
      this.sql.lanes({ after, limit }),
    );
    return rows.map(({ lane, due_at_ms: dueAtMs }) => ({ lane, dueAtMs }));
  }

  async claim({ claimedBy, nowMs, shares }: LaneClaimRequest): Promise<ClaimedLane[]> {
    // Told apart from the other claims of this process, so that the claimed rows can be counted.
    this.claimed = (this.claimed + 1) % 1_000;
    const leaseEndMs = nowMs + leaseMs + this.claimed;
    const parts = shares.map((share) => {
      const { lane, count } = share;
      const values = { lane, count, nowMs, leaseEndMs, claimedBy };
      return this.isLimited(share) ? this.limited(share, values) : this.free(values);
    });
    const outcome = await this.store.commit(parts.flatMap(({ writes }) => writes));
    if (!outcome.committed) return [];
    let from = 0;
    return shares.map((share, index) => {
      const part = parts[index] as ClaimWrites;
      const rows = outcome.rows.slice(from, (from += part.writes.length));
      return claimedLane(share, part, rows, nowMs);
    });
  }

  /** Within one process the lanes count what is in flight themselves. */
  private isLimited({ flow }: LaneShare): boolean {
    return flow.rate !== null || (flow.concurrency !== null && this.store.isShared);
  }

  private free(values: LaneClaimValues): ClaimWrites {
    const { lane } = values;
    const writes = [returning(this.sql.claim(values)), returning(this.sql.nextDue({ lane }))];
    return { writes, claimAt: 0, nextDueAt: 1, paceAt: null };
  }

  private limited({ flow, isBehind }: LaneShare, values: LaneClaimValues): ClaimWrites {
    const { lane, nowMs, leaseEndMs, claimedBy } = values;
    const { rate, concurrency } = flow;
    const nowUs = nowMs * 1_000;
    const intervalUs = intervalOf(rate);
    // After a quiet time a burst may go; a lane with a backlog catches up with what it was late.
    const savedUs = (rate?.burst ?? 0) * intervalUs;
    const floorUs = nowUs - (isBehind ? Math.max(savedUs, intervalUs + lagMaxUs) : savedUs);
    const inFlightMax = concurrency ?? unlimited;
    const limits = { ...values, nowUs, intervalUs, inFlightMax };
    const spentUs = rate === null ? 0 : intervalUs;
    return {
      writes: [
        always(this.sql.takePace({ lane, floorUs: rate === null ? 0 : floorUs })),
        returning(this.sql.claimLimited(limits)),
        always(this.sql.spendPace({ lane, leaseEndMs, claimedBy, spentUs })),
        returning(this.sql.nextDue({ lane })),
        returning(this.sql.pacedTo({ lane })),
      ],
      claimAt: 1,
      nextDueAt: 3,
      paceAt: 4,
    };
  }
}

function intervalOf(rate: LaneShare['flow']['rate']): number {
  return rate === null ? 1 : Math.max(1, Math.round(1_000_000 / rate.perSecond));
}

function claimedLane(
  { lane, count, flow }: LaneShare,
  { claimAt, nextDueAt, paceAt }: ClaimWrites,
  rows: readonly (readonly Row[])[],
  nowMs: number,
): ClaimedLane {
  const deliveries = (rows[claimAt] ?? []).map((row) => claimedOf(row as unknown as DeliveryRow));
  const next = rows[nextDueAt]?.[0] as { due_at_ms: number } | undefined;
  const pace = paceAt === null ? undefined : (rows[paceAt]?.[0] as { paced_to_us: number });
  let openAtMs = 0;
  if (pace !== undefined && flow.rate !== null) {
    openAtMs = Math.ceil((pace.paced_to_us + intervalOf(flow.rate)) / 1_000);
  }
  const ids = deliveries.map(({ id }) => id);
  const nextDueAtMs = next?.due_at_ms ?? null;
  const hasMore = nextDueAtMs !== null && nextDueAtMs <= nowMs;
  if (paceAt !== null && hasMore && ids.length < count && openAtMs <= nowMs) {
    openAtMs = nowMs + sharedPauseMs;
  }
  return { lane, ids, nextDueAtMs, openAtMs, deliveries };
}

function claimedOf(row: DeliveryRow): ClaimedDelivery {
  return {
    id: row.id,
    lane: row.endpoint_id,
    origin: {
      traceparent: row.traceparent,
      correlationId: row.correlation_id,
      causationId: row.causation_id,
      hops: row.hops,
    },
    delivery: dueDeliveryOf(row),
    ruleId: row.rule_id,
    claims: row.claims,
  };
}
