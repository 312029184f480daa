import type { Migration } from '#shared-kernel/persistence/migration.js';

export const orderMigrations: readonly Migration[] = [
  {
    id: 'orders.0001-orders',
    statements: [
      `CREATE TABLE shop_order (
        tenant TEXT NOT NULL,
        id TEXT NOT NULL,
        customer_id TEXT NOT NULL,
        cents INTEGER NOT NULL,
        PRIMARY KEY (tenant, id)
      )`,
    ],
  },
];
