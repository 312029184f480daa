import type { Migration } from '#shared-kernel/persistence/migration.js';

export const httpMigrations: readonly Migration[] = [
  {
    id: 'http.0001-idempotency-keys',
    statements: [
      `CREATE TABLE idempotency_key (
        owner TEXT NOT NULL,
        key TEXT NOT NULL,
        request_hash TEXT NOT NULL,
        claim TEXT NOT NULL,
        status INTEGER,
        headers TEXT,
        body TEXT,
        expires_at_ms BIGINT NOT NULL,
        PRIMARY KEY (owner, key)
      )`,
      'CREATE INDEX idempotency_key_expiry ON idempotency_key (expires_at_ms)',
    ],
  },
];
