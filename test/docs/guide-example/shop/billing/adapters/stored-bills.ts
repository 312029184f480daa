import { Injectable } from '@nestjs/common';
import { OwnsTables } from '#shared-kernel/persistence/migration.js';
import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { always, type Write } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import type { Bill } from '../domain/bill.js';
import { BillBook } from '../domain/bill-book.js';
import { billMigrations } from './bill.migrations.js';

type BillRow = {
  tenant: string;
  order_id: string;
  customer_id: string;
  cents: number;
  state: Bill['state'];
};

@Injectable()
@OwnsTables(billMigrations)
export class StoredBills extends BillBook {
  private readonly db;

  constructor(private readonly store: Store) {
    super();
    this.db = queryBuilder<{ bill: BillRow }>(store.dialect);
  }

  async ofCustomer(tenant: string, customerId: string): Promise<Bill[]> {
    const query = this.db
      .selectFrom('bill')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('customer_id', '=', customerId)
      .orderBy('order_id');
    return (await this.store.list<BillRow>(compiled(query))).map(billOf);
  }

  add(tenant: string, { orderId, customerId, cents, state }: Bill): Write {
    const row = { tenant, order_id: orderId, customer_id: customerId, cents, state };
    const insert = this.db.insertInto('bill').values(row);
    return always(compiled(insert.onConflict((conflict) => conflict.doNothing())));
  }

  pay(tenant: string, customerId: string): Write {
    const update = this.db
      .updateTable('bill')
      .set({ state: 'paid' })
      .where('tenant', '=', tenant)
      .where('customer_id', '=', customerId);
    return always(compiled(update));
  }
}

function billOf({ order_id, customer_id, cents, state }: BillRow): Bill {
  return { orderId: order_id, customerId: customer_id, cents, state };
}
