import { Injectable } from '@nestjs/common';
import { OwnsTables } from '#shared-kernel/persistence/migration.js';
import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { absent, type Write } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { type Order, OrderBook } from '../domain/order-book.js';
import { orderMigrations } from './order.migrations.js';

interface Tables {
  shop_order: { tenant: string; id: string; customer_id: string; cents: number };
}

/** Orders in the store. */
@Injectable()
@OwnsTables(orderMigrations)
export class StoredOrders extends OrderBook {
  private readonly db;

  constructor(private readonly store: Store) {
    super();
    this.db = queryBuilder<Tables>(store.dialect);
  }

  async has(tenant: string, orderId: string): Promise<boolean> {
    const query = this.db
      .selectFrom('shop_order')
      .select('id')
      .where('tenant', '=', tenant)
      .where('id', '=', orderId);
    return (await this.store.find(compiled(query))) !== undefined;
  }

  add(tenant: string, { orderId, customerId, cents }: Order): Write {
    const row = { tenant, id: orderId, customer_id: customerId, cents };
    return absent(compiled(this.db.insertInto('shop_order').values(row)), 'order-is-new');
  }
}
