import type { Migration } from '#shared-kernel/persistence/migration.js';

const seenWebhooks = `INSERT INTO webhook_seen
  SELECT source_id, dedupe_key, id, event_id, received_at_ms FROM webhook`;

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
  {
    id: 'webhooks.0003-payload-shapes',
    statements: [
      `CREATE TABLE payload_shape (
        source_id TEXT NOT NULL,
        event_type TEXT NOT NULL,
        tenant TEXT NOT NULL,
        provider TEXT NOT NULL,
        shape TEXT NOT NULL,
        samples INTEGER NOT NULL,
        places INTEGER NOT NULL,
        learned_at_ms INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (source_id, event_type)
      )`,
      'CREATE INDEX payload_shape_by_time ON payload_shape (learned_at_ms)',
    ],
  },
  {
    id: 'webhooks.0004-dedupe-window',
    // Repeats are told by a table of their own, so the webhooks lose their unique key, which SQLite
    // can only do by making the table anew. It has the columns of the steps above and no others.
    statements: [
      `CREATE TABLE webhook_seen (
        source_id TEXT NOT NULL,
        dedupe_key TEXT NOT NULL,
        webhook_id TEXT NOT NULL,
        event_id TEXT NOT NULL,
        received_at_ms INTEGER NOT NULL,
        PRIMARY KEY (source_id, dedupe_key)
      ) WITHOUT ROWID`,
      seenWebhooks,
      'CREATE INDEX webhook_seen_by_time ON webhook_seen (received_at_ms)',
      `CREATE TABLE webhook_anew (
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
        received_at_ms INTEGER NOT NULL
      )`,
      `INSERT INTO webhook_anew SELECT id, tenant, source_id, event_id, provider, event_type,
        delivery_id, dedupe_key, content_type, headers, flags, body_bytes, secret_id,
        received_at_ms FROM webhook`,
      'DROP TABLE webhook',
      'ALTER TABLE webhook_anew RENAME TO webhook',
      'CREATE INDEX webhook_by_tenant ON webhook (tenant, id)',
      'CREATE INDEX webhook_by_source ON webhook (source_id, id)',
      'CREATE INDEX webhook_by_time ON webhook (received_at_ms)',
    ],
    postgres: [
      `CREATE TABLE webhook_seen (
        source_id TEXT NOT NULL,
        dedupe_key TEXT NOT NULL,
        webhook_id TEXT NOT NULL,
        event_id TEXT NOT NULL,
        received_at_ms INTEGER NOT NULL,
        PRIMARY KEY (source_id, dedupe_key)
      )`,
      seenWebhooks,
      'CREATE INDEX webhook_seen_by_time ON webhook_seen (received_at_ms)',
      'ALTER TABLE webhook DROP CONSTRAINT webhook_source_id_dedupe_key_key',
    ],
  },
  {
    id: 'webhooks.0003-source-options-and-quarantine',
    statements: [
      "ALTER TABLE source ADD COLUMN options TEXT NOT NULL DEFAULT '{}'",
      `CREATE TABLE source_secret_use (
        source_id TEXT NOT NULL,
        secret_id TEXT NOT NULL,
        last_used_at_ms INTEGER NOT NULL,
        PRIMARY KEY (source_id, secret_id)
      )`,
      `CREATE TABLE quarantined_request (
        id TEXT PRIMARY KEY,
        tenant TEXT NOT NULL,
        source_id TEXT NOT NULL,
        reason TEXT NOT NULL,
        method TEXT NOT NULL,
        url TEXT NOT NULL,
        address TEXT,
        headers TEXT NOT NULL,
        body BLOB NOT NULL,
        body_bytes INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        received_at_ms INTEGER NOT NULL,
        expires_at_ms INTEGER NOT NULL
      )`,
      'CREATE INDEX quarantined_request_by_tenant ON quarantined_request (tenant, id)',
      `CREATE INDEX quarantined_request_by_source
        ON quarantined_request (source_id, id, bytes)`,
      'CREATE INDEX quarantined_request_by_end ON quarantined_request (expires_at_ms)',
    ],
  },
  {
    id: 'webhooks.0010-own-providers',
    statements: [
      `CREATE TABLE own_provider (
        tenant TEXT NOT NULL,
        name TEXT NOT NULL,
        definition TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (tenant, name)
      )`,
      'CREATE INDEX source_by_provider ON source (tenant, provider)',
      `CREATE TABLE handshake_value (
        id TEXT PRIMARY KEY,
        tenant TEXT NOT NULL,
        source_id TEXT NOT NULL,
        value TEXT NOT NULL,
        received_at_ms INTEGER NOT NULL
      )`,
      'CREATE INDEX handshake_value_by_source ON handshake_value (source_id, id)',
      'CREATE INDEX handshake_value_by_time ON handshake_value (received_at_ms)',
    ],
  },
];
