import { Injectable } from '@nestjs/common';
import { type Kysely, sql } from 'kysely';
import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { Store } from '#shared-kernel/persistence/store.js';
import type { Delivery } from '../domain/delivery.js';
import {
  type RecoverableDelivery,
  RecoverableDeliveries,
} from '../domain/recoverable-deliveries.js';
import type { RecoverySelection } from '../domain/recovery.js';
import { deliveryOf, type DeliveryRow, type DeliveryTables } from './delivery-rows.js';

/** Deliveries in the store, read many at once. */
@Injectable()
export class StoredRecoverableDeliveries extends RecoverableDeliveries {
  private readonly db;

  constructor(private readonly store: Store) {
    super();
    this.db = queryBuilder<DeliveryTables>(store.dialect);
  }

  async select(
    tenant: string,
    selection: RecoverySelection,
    limit: number,
  ): Promise<RecoverableDelivery[]> {
    const query = selectedDeliveries(this.db, tenant, selection);
    const rows = await this.store.list<{ id: string; event_id: string }>(
      compiled(query.orderBy('delivery.id').limit(limit)),
    );
    return rows.map(({ id, event_id: eventId }) => ({ id, eventId }));
  }

  async byIds(tenant: string, ids: readonly string[]): Promise<Delivery[]> {
    if (ids.length === 0) return [];
    return this.read(this.ofTenant(tenant).where('id', 'in', [...ids]));
  }

  async ofEvents(
    tenant: string,
    endpointId: string,
    eventIds: readonly string[],
  ): Promise<Delivery[]> {
    if (eventIds.length === 0) return [];
    const ofEndpoint = this.ofTenant(tenant).where('endpoint_id', '=', endpointId);
    return this.read(ofEndpoint.where('event_id', 'in', [...eventIds]));
  }

  async backlog(endpointIds: readonly string[], nowMs: number, limit: number): Promise<number> {
    if (endpointIds.length === 0) return 0;
    const due = this.db
      .selectFrom('delivery')
      .select('id')
      .where('state', '=', sql.lit('due' as const))
      .where('endpoint_id', 'in', [...endpointIds])
      .where('due_at_ms', '<=', nowMs)
      .limit(limit);
    const query = this.db
      .selectFrom(due.as('due'))
      .select((e) => e.fn.countAll<number>().as('deliveries'));
    const [row] = await this.store.list<{ deliveries: number }>(compiled(query));
    return row?.deliveries ?? 0;
  }

  private ofTenant(tenant: string) {
    return this.db.selectFrom('delivery').selectAll().where('tenant', '=', tenant);
  }

  private async read(query: ReturnType<typeof this.ofTenant>): Promise<Delivery[]> {
    const rows = await this.store.list<DeliveryRow & Record<string, unknown>>(compiled(query));
    return rows.map(deliveryOf);
  }
}

/** The deliveries that a selection means; its event type stands elsewhere, in the log. */
function selectedDeliveries(
  db: Kysely<DeliveryTables>,
  tenant: string,
  selection: RecoverySelection,
) {
  const { endpointId, createdFromMs, createdBeforeMs, lastStatus, lastStage } = selection;
  let query = db
    .selectFrom('delivery')
    .select(['delivery.id', 'delivery.event_id'])
    .where('delivery.tenant', '=', tenant)
    .where('delivery.state', 'in', [...selection.states]);
  if (endpointId !== null) query = query.where('delivery.endpoint_id', '=', endpointId);
  if (createdFromMs !== null) query = query.where('delivery.created_at_ms', '>=', createdFromMs);
  if (createdBeforeMs !== null) query = query.where('delivery.created_at_ms', '<', createdBeforeMs);
  if (lastStatus === null && lastStage === null) return query;
  return query.where((e) => {
    let last = e
      .selectFrom('delivery_attempt')
      .select('delivery_attempt.number')
      .whereRef('delivery_attempt.delivery_id', '=', 'delivery.id')
      .whereRef('delivery_attempt.number', '=', 'delivery.attempts_made');
    if (lastStatus !== null) last = last.where('delivery_attempt.status', '=', lastStatus);
    if (lastStage !== null) last = last.where('delivery_attempt.failed_stage', '=', lastStage);
    return e.exists(last);
  });
}
