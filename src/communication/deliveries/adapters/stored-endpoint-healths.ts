import { Injectable } from '@nestjs/common';
import { compiled, prepared, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { always, type Statement, type Write } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { wellHealth } from '../domain/endpoint-health.js';
import { EndpointHealths, type RecordedHealth } from '../domain/endpoint-healths.js';
import type { DeliveryTables, HealthRow } from './delivery-rows.js';

/** More endpoints than this that fail at the same time are retried without breakers. */
const listMax = 10_000;

/** Health of endpoints in the store: a row for each one that is not well. */
@Injectable()
export class StoredEndpointHealths extends EndpointHealths {
  private readonly all: Statement;
  private readonly forget;
  private readonly replace;

  constructor(private readonly store: Store) {
    super();
    const db = queryBuilder<DeliveryTables>(store.dialect);
    this.all = compiled(
      db.selectFrom('endpoint_health').selectAll().orderBy('endpoint_id').limit(listMax),
    );
    this.forget = prepared<{ endpointId: string }>((p) =>
      db.deleteFrom('endpoint_health').where('endpoint_id', '=', p('endpointId')),
    );
    this.replace = prepared<HealthRow>((p) => {
      const row = {
        endpoint_revision: p('endpoint_revision'),
        failures: p('failures'),
        failing_since_ms: p('failing_since_ms'),
        failed_at_ms: p('failed_at_ms'),
        opened_at_ms: p('opened_at_ms'),
        probe_at_ms: p('probe_at_ms'),
        paused_until_ms: p('paused_until_ms'),
      };
      return db
        .insertInto('endpoint_health')
        .values({ endpoint_id: p('endpoint_id'), ...row })
        .onConflict((conflict) => conflict.column('endpoint_id').doUpdateSet(row));
    });
  }

  async list(): Promise<RecordedHealth[]> {
    const rows = await this.store.list<HealthRow & Record<string, unknown>>(this.all);
    return rows.map((row) => ({
      endpointId: row.endpoint_id,
      endpointRevision: row.endpoint_revision,
      health: {
        failures: row.failures,
        failingSinceMs: row.failing_since_ms,
        failedAtMs: row.failed_at_ms,
        openedAtMs: row.opened_at_ms,
        probeAtMs: row.probe_at_ms,
        pausedUntilMs: row.paused_until_ms,
      },
    }));
  }

  record({ endpointId, endpointRevision, health }: RecordedHealth): Write {
    if (health === wellHealth) return always(this.forget({ endpointId }));
    const row: HealthRow = {
      endpoint_id: endpointId,
      endpoint_revision: endpointRevision,
      failures: health.failures,
      failing_since_ms: health.failingSinceMs,
      failed_at_ms: health.failedAtMs,
      opened_at_ms: health.openedAtMs,
      probe_at_ms: health.probeAtMs,
      paused_until_ms: health.pausedUntilMs,
    };
    return always(this.replace(row));
  }
}
