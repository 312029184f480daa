import type { Migration } from '#shared-kernel/persistence/migration.js';

export const billMigrations: readonly Migration[] = [
  {
    id: 'billing.0001-bills',
    statements: [
      `CREATE TABLE bill (
        tenant TEXT NOT NULL,
        order_id TEXT NOT NULL,
        customer_id TEXT NOT NULL,
        cents INTEGER NOT NULL,
        state TEXT NOT NULL,
        PRIMARY KEY (tenant, order_id)
      )`,
      'CREATE INDEX bill_of_customer ON bill (tenant, customer_id)',
    ],
  },
];
