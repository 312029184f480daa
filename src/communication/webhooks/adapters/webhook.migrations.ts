import type { Migration } from '#shared-kernel/persistence/migration.js';

export const webhookMigrations: readonly Migration[] = [
  {
    id: 'webhooks.0001-sources-and-webhooks',
    statements: [
      `CREATE TABLE source (
        id TEXT PRIMARY KEY,
        tenant TEXT NOT NULL,
        name TEXT NOT NULL,
        provider TEXT NOT NULL,
        settings TEXT NOT NULL,
        secrets TEXT NOT NULL,
        dedupe_key TEXT NOT NULL,
        token TEXT NOT NULL UNIQUE,
        created_at_ms INTEGER NOT NULL,
        revision INTEGER NOT NULL
      )`,
      'CREATE INDEX source_by_tenant ON source (tenant, id)',
      `CREATE TABLE webhook (
        id TEXT PRIMARY KEY,
        tenant TEXT NOT NULL,
        source_id TEXT NOT NULL,
        event_id TEXT NOT NULL UNIQUE,
        provider TEXT NOT NULL,
        event_type TEXT NOT NULL,
        delivery_id TEXT,
        dedupe_key TEXT NOT NULL,
        content_type TEXT,
        headers TEXT NOT NULL,
        flags TEXT NOT NULL,
        body_bytes INTEGER NOT NULL,
        secret_id TEXT NOT NULL,
        received_at_ms INTEGER NOT NULL,
        UNIQUE (source_id, dedupe_key)
      )`,
      'CREATE INDEX webhook_by_tenant ON webhook (tenant, id)',
      'CREATE INDEX webhook_by_source ON webhook (source_id, id)',
    ],
  },
  {
    id: 'webhooks.0002-retention',
    statements: ['CREATE INDEX webhook_by_time ON webhook (received_at_ms)'],
  },
];
