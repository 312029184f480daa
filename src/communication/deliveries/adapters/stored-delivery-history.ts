import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { type Page, pageOf } from '#shared-kernel/domain/page.js';
import { OwnsTables } from '#shared-kernel/persistence/migration.js';
import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { Store } from '#shared-kernel/persistence/store.js';
import type { Attempt } from '../domain/delivery.js';
import {
  type DeliveryFilter,
  DeliveryHistory,
  type RecordedDelivery,
} from '../domain/delivery-history.js';
import { deliveryMigrations } from './delivery.migrations.js';
import {
  attemptOf,
  type AttemptRow,
  deliveryOf,
  type DeliveryRow,
  type DeliveryTables,
} from './delivery-rows.js';

/** Retries by hand have no end, an answer has. */
const attemptsMax = 200;
const attemptsOfEventMax = 2_000;

/** Deliveries and attempts in the store, for people. */
@Injectable()
@OwnsTables(deliveryMigrations)
export class StoredDeliveryHistory extends DeliveryHistory {
  private readonly db;

  constructor(private readonly store: Store) {
    super();
    this.db = queryBuilder<DeliveryTables>(store.dialect);
  }

  async byId(tenant: string, id: string): Promise<RecordedDelivery | undefined> {
    const query = this.db
      .selectFrom('delivery')
      .selectAll()
      .where('id', '=', id)
      .where('tenant', '=', tenant);
    const row = await this.store.find<DeliveryRow>(compiled(query));
    return row && recordedOf(row);
  }

  async list(filter: DeliveryFilter): Promise<Page<RecordedDelivery>> {
    const { tenant, limit, before, endpointId, eventId, state } = filter;
    let query = this.db.selectFrom('delivery').selectAll().where('tenant', '=', tenant);
    if (before !== undefined) query = query.where('id', '<', before);
    if (endpointId !== undefined) query = query.where('endpoint_id', '=', endpointId);
    if (eventId !== undefined) query = query.where('event_id', '=', eventId);
    if (state !== undefined) query = query.where('state', '=', state);
    // An event has few deliveries: sorting them is cheap, walking all of the tenant's is not.
    const order = eventId === undefined ? sql.ref('id') : sql`id || ''`;
    const page = query.orderBy(order, 'desc').limit(limit + 1);
    const rows = await this.store.list<DeliveryRow>(compiled(page));
    return pageOf(rows, limit, (row) => row.id, recordedOf);
  }

  async attemptsOf(deliveryId: string): Promise<Attempt[]> {
    const query = this.db
      .selectFrom('delivery_attempt')
      .selectAll()
      .where('delivery_id', '=', deliveryId)
      .orderBy('number', 'desc')
      .limit(attemptsMax);
    const rows = await this.store.list<AttemptRow>(compiled(query));
    return rows.map(attemptOf).reverse();
  }

  async attemptsOfEvent(tenant: string, eventId: string): Promise<Attempt[]> {
    const query = this.db
      .selectFrom('delivery_attempt')
      .innerJoin('delivery', 'delivery.id', 'delivery_attempt.delivery_id')
      .selectAll('delivery_attempt')
      .where('delivery.event_id', '=', eventId)
      .where('delivery.tenant', '=', tenant)
      .orderBy('delivery_attempt.delivery_id')
      .orderBy('delivery_attempt.number')
      .limit(attemptsOfEventMax);
    const rows = await this.store.list<AttemptRow>(compiled(query));
    return rows.map(attemptOf);
  }
}

function recordedOf(row: DeliveryRow): RecordedDelivery {
  return { delivery: deliveryOf(row), ruleId: row.rule_id, correlationId: row.correlation_id };
}
