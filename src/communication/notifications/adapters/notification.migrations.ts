import type { Migration } from '#shared-kernel/persistence/migration.js';

export const notificationMigrations: readonly Migration[] = [
  {
    id: 'notifications.0001-notifications',
    statements: [
      `CREATE TABLE notification (
        id TEXT PRIMARY KEY,
        tenant TEXT NOT NULL,
        event_id TEXT NOT NULL,
        rule_id TEXT NOT NULL,
        action_index INTEGER NOT NULL,
        channel TEXT NOT NULL,
        recipients TEXT NOT NULL,
        subject TEXT NOT NULL,
        text TEXT,
        html TEXT,
        state TEXT NOT NULL,
        due_at_ms INTEGER,
        reason TEXT,
        claims INTEGER NOT NULL,
        tries INTEGER NOT NULL,
        attempts_made INTEGER NOT NULL,
        traceparent TEXT,
        correlation_id TEXT,
        causation_id TEXT,
        hops INTEGER NOT NULL,
        created_at_ms INTEGER NOT NULL,
        settled_at_ms INTEGER,
        UNIQUE (event_id, rule_id, action_index)
      )`,
      'CREATE INDEX notification_due ON notification (state, due_at_ms)',
      'CREATE INDEX notification_by_tenant ON notification (tenant, id)',
      `CREATE TABLE notification_attempt (
        notification_id TEXT NOT NULL,
        number INTEGER NOT NULL,
        tenant TEXT NOT NULL,
        started_at_ms INTEGER NOT NULL,
        duration_ms INTEGER NOT NULL,
        accepted INTEGER NOT NULL,
        response TEXT NOT NULL,
        PRIMARY KEY (notification_id, number)
      )`,
    ],
  },
  {
    id: 'notifications.0002-claimed-by',
    statements: [
      'ALTER TABLE notification ADD COLUMN claimed_by TEXT',
      'CREATE INDEX notification_claimed ON notification (claimed_by) WHERE claimed_by IS NOT NULL',
    ],
  },
  {
    id: 'notifications.0003-retention',
    statements: [
      `CREATE INDEX notification_settled ON notification (settled_at_ms)
        WHERE settled_at_ms IS NOT NULL`,
      "CREATE INDEX notification_due_by_event ON notification (event_id) WHERE state = 'due'",
    ],
  },
];
