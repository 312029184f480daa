import type { Migration } from '#shared-kernel/persistence/migration.js';

export const authMigrations: readonly Migration[] = [
  {
    id: 'auth.0001-api-keys',
    statements: [
      // A revoked key keeps its row: what it did can still be told. No tenant: the operator's own.
      `CREATE TABLE api_key (
        id TEXT PRIMARY KEY,
        tenant TEXT,
        name TEXT NOT NULL,
        scope TEXT NOT NULL,
        secret_hash TEXT NOT NULL,
        created_at_ms BIGINT NOT NULL,
        revoked_at_ms BIGINT
      )`,
      'CREATE INDEX api_key_by_tenant ON api_key (tenant, id)',
    ],
  },
  {
    id: 'auth.portal-0001-tokens',
    statements: [
      `CREATE TABLE portal_token (
        id TEXT PRIMARY KEY,
        tenant TEXT NOT NULL,
        endpoint_ids TEXT,
        permissions TEXT NOT NULL,
        secret_hash TEXT NOT NULL,
        made_by TEXT NOT NULL,
        created_at_ms BIGINT NOT NULL,
        expires_at_ms BIGINT NOT NULL,
        revoked_at_ms BIGINT
      )`,
      'CREATE INDEX portal_token_by_tenant ON portal_token (tenant, id)',
      'CREATE INDEX portal_token_expired ON portal_token (expires_at_ms)',
    ],
  },
];
