import type { Migration } from '#shared-kernel/persistence/migration.js';

export const messagingMigrations: readonly Migration[] = [
  {
    id: 'messaging.0001-event-log',
    statements: [
      // AUTOINCREMENT: a position is never given twice, not even after the last rows were archived.
      `CREATE TABLE event_log (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        version INTEGER NOT NULL,
        type TEXT NOT NULL,
        source TEXT NOT NULL,
        subject TEXT,
        tenant TEXT NOT NULL,
        key TEXT NOT NULL,
        occurred_at_ms INTEGER NOT NULL,
        correlation_id TEXT NOT NULL,
        causation_id TEXT,
        traceparent TEXT NOT NULL,
        hops INTEGER NOT NULL,
        data TEXT NOT NULL,
        payload BLOB,
        payload_type TEXT
      )`,
      'CREATE INDEX event_log_by_type ON event_log (tenant, type, position)',
    ],
  },
  {
    id: 'messaging.0002-reactions',
    statements: [
      `CREATE TABLE reaction (
        id TEXT PRIMARY KEY,
        position INTEGER NOT NULL,
        registered_at_ms INTEGER NOT NULL
      )`,
      `CREATE TABLE parked_event (
        reaction_id TEXT NOT NULL,
        position INTEGER NOT NULL,
        key TEXT NOT NULL,
        state TEXT NOT NULL,
        tries INTEGER NOT NULL,
        due_at_ms INTEGER NOT NULL,
        error_code TEXT NOT NULL,
        error_message TEXT NOT NULL,
        parked_at_ms INTEGER NOT NULL,
        PRIMARY KEY (reaction_id, position)
      )`,
      'CREATE INDEX parked_event_due ON parked_event (reaction_id, state, due_at_ms)',
      'CREATE INDEX parked_event_by_key ON parked_event (reaction_id, key, position)',
    ],
  },
];
