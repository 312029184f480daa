import type { Migration } from '#shared-kernel/persistence/migration.js';

export const retentionMigrations: readonly Migration[] = [
  {
    id: 'retention.0001-event-archive',
    statements: [
      `CREATE TABLE event_archive (
        first_position BIGINT PRIMARY KEY,
        last_position BIGINT NOT NULL,
        first_at_ms BIGINT NOT NULL,
        last_at_ms BIGINT NOT NULL,
        events INTEGER NOT NULL,
        plain_bytes BIGINT NOT NULL,
        sha256 TEXT NOT NULL,
        body BLOB NOT NULL,
        fingerprints BLOB NOT NULL,
        archived_at_ms BIGINT NOT NULL
      )`,
      'CREATE INDEX event_archive_by_time ON event_archive (last_at_ms, first_at_ms)',
      'CREATE INDEX event_log_by_time ON event_log (occurred_at_ms)',
    ],
  },
];
