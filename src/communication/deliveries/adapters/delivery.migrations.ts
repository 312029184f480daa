import type { Migration } from '#shared-kernel/persistence/migration.js';

export const deliveryMigrations: readonly Migration[] = [
  {
    id: 'deliveries.0001-endpoints-and-deliveries',
    statements: [
      `CREATE TABLE endpoint (
        id TEXT PRIMARY KEY,
        tenant TEXT NOT NULL,
        name TEXT NOT NULL,
        description TEXT,
        url TEXT NOT NULL,
        state TEXT NOT NULL,
        disabled_reason TEXT,
        secrets TEXT NOT NULL,
        payload_format TEXT NOT NULL,
        retry_policy TEXT NOT NULL,
        timeout_ms INTEGER NOT NULL,
        created_at_ms BIGINT NOT NULL,
        revision INTEGER NOT NULL
      )`,
      'CREATE INDEX endpoint_by_tenant ON endpoint (tenant, id)',
      `CREATE TABLE delivery (
        id TEXT PRIMARY KEY,
        tenant TEXT NOT NULL,
        endpoint_id TEXT NOT NULL,
        event_id TEXT NOT NULL,
        rule_id TEXT NOT NULL,
        state TEXT NOT NULL,
        due_at_ms BIGINT,
        claims INTEGER NOT NULL,
        attempts_made INTEGER NOT NULL,
        failed_tries INTEGER NOT NULL,
        traceparent TEXT,
        correlation_id TEXT,
        causation_id TEXT,
        hops INTEGER NOT NULL,
        created_at_ms BIGINT NOT NULL,
        settled_at_ms BIGINT,
        UNIQUE (tenant, event_id, endpoint_id)
      )`,
      // These two hold only what is due, so they stay small.
      "CREATE INDEX delivery_due ON delivery (due_at_ms) WHERE state = 'due'",
      "CREATE INDEX delivery_due_by_lane ON delivery (endpoint_id, due_at_ms) WHERE state = 'due'",
      'CREATE INDEX delivery_by_tenant ON delivery (tenant, id)',
      'CREATE INDEX delivery_by_endpoint ON delivery (tenant, endpoint_id, id)',
      'CREATE INDEX delivery_by_state ON delivery (tenant, state, id)',
      `CREATE TABLE delivery_attempt (
        delivery_id TEXT NOT NULL,
        number INTEGER NOT NULL,
        tenant TEXT NOT NULL,
        started_at_ms BIGINT NOT NULL,
        duration_ms INTEGER NOT NULL,
        verdict TEXT NOT NULL,
        why TEXT NOT NULL,
        status INTEGER,
        body_start TEXT,
        failed_stage TEXT,
        failure TEXT,
        PRIMARY KEY (delivery_id, number)
      )`,
    ],
  },
  {
    id: 'deliveries.0002-claimed-by',
    statements: [
      'ALTER TABLE delivery ADD COLUMN claimed_by TEXT',
      'CREATE INDEX delivery_claimed ON delivery (claimed_by) WHERE claimed_by IS NOT NULL',
    ],
  },
  {
    id: 'deliveries.0003-retention',
    statements: [
      'CREATE INDEX delivery_settled ON delivery (settled_at_ms) WHERE settled_at_ms IS NOT NULL',
      "CREATE INDEX delivery_due_by_event ON delivery (event_id) WHERE state = 'due'",
    ],
  },
  {
    id: 'deliveries.0004-endpoint-options',
    statements: [
      'ALTER TABLE endpoint ADD COLUMN options TEXT',
      'ALTER TABLE endpoint ADD COLUMN validation TEXT',
    ],
  },
  {
    id: 'deliveries.0010-flow',
    statements: [
      "ALTER TABLE endpoint ADD COLUMN flow TEXT NOT NULL DEFAULT '{}'",
      // The order of an endpoint: `turn_key` is its key while a delivery holds others back.
      'ALTER TABLE delivery ADD COLUMN order_key TEXT',
      'ALTER TABLE delivery ADD COLUMN turn_key TEXT',
      'ALTER TABLE delivery ADD COLUMN log_position INTEGER',
      `CREATE INDEX delivery_turn ON delivery (endpoint_id, turn_key, log_position, id)
        WHERE turn_key IS NOT NULL`,
      `CREATE INDEX delivery_turn_due ON delivery (endpoint_id, turn_key)
        WHERE turn_key IS NOT NULL AND state = 'due'`,
      "CREATE INDEX delivery_waiting ON delivery (event_id) WHERE state = 'waiting'",
      'CREATE INDEX delivery_in_flight ON delivery (endpoint_id) WHERE claimed_by IS NOT NULL',
      // Claims go by endpoint now; what was sorted over all of them costs every write.
      'DROP INDEX delivery_due',
      `CREATE TABLE endpoint_pace (
        endpoint_id TEXT PRIMARY KEY,
        paced_to_us BIGINT NOT NULL
      )`,
      `CREATE TABLE endpoint_health (
        endpoint_id TEXT PRIMARY KEY,
        endpoint_revision INTEGER NOT NULL,
        failures INTEGER NOT NULL,
        failing_since_ms BIGINT,
        failed_at_ms BIGINT,
        opened_at_ms BIGINT,
        probe_at_ms BIGINT,
        paused_until_ms BIGINT
      )`,
    ],
  },
];
