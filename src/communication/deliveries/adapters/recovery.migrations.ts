import type { Migration } from '#shared-kernel/persistence/migration.js';

export const recoveryMigrations: readonly Migration[] = [
  {
    id: 'deliveries.recoveries-0001',
    statements: [
      `CREATE TABLE delivery_recovery (
        id TEXT PRIMARY KEY,
        tenant TEXT NOT NULL,
        task TEXT NOT NULL,
        state TEXT NOT NULL,
        selected INTEGER NOT NULL,
        started INTEGER NOT NULL,
        passed_over INTEGER NOT NULL,
        position BIGINT NOT NULL,
        up_to BIGINT NOT NULL,
        requested_by TEXT NOT NULL,
        requested_at_ms BIGINT NOT NULL,
        finished_at_ms BIGINT,
        last_step_at_ms BIGINT NOT NULL,
        due_at_ms BIGINT NOT NULL,
        claims INTEGER NOT NULL,
        claimed_by TEXT,
        traceparent TEXT,
        correlation_id TEXT,
        causation_id TEXT,
        hops INTEGER NOT NULL
      )`,
      "CREATE INDEX delivery_recovery_due ON delivery_recovery (due_at_ms) WHERE state = 'running'",
      'CREATE INDEX delivery_recovery_by_tenant ON delivery_recovery (tenant, id)',
      `CREATE INDEX delivery_recovery_ended ON delivery_recovery (finished_at_ms)
        WHERE finished_at_ms IS NOT NULL`,
      // The set that was counted, in parts of one step each; a part goes with its step.
      `CREATE TABLE delivery_recovery_part (
        recovery_id TEXT NOT NULL,
        number INTEGER NOT NULL,
        delivery_ids TEXT NOT NULL,
        PRIMARY KEY (recovery_id, number)
      )`,
    ],
  },
];
