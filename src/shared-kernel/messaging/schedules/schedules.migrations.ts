import type { Migration } from '#shared-kernel/persistence/migration.js';

export const queuedCommandMigrations: readonly Migration[] = [
  {
    id: 'schedules.0001-queued-commands',
    statements: [
      `CREATE TABLE queued_command (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        version INTEGER NOT NULL,
        input TEXT NOT NULL,
        tenant TEXT NOT NULL,
        key TEXT,
        state TEXT NOT NULL,
        ready_at_ms BIGINT NOT NULL,
        due_at_ms BIGINT NOT NULL,
        claims INTEGER NOT NULL,
        claimed_by TEXT,
        tries INTEGER NOT NULL,
        error_code TEXT,
        error_message TEXT,
        traceparent TEXT NOT NULL,
        correlation_id TEXT NOT NULL,
        causation_id TEXT,
        hops INTEGER NOT NULL,
        created_at_ms BIGINT NOT NULL,
        settled_at_ms BIGINT
      )`,
      // These hold only what is still to run, so they stay small.
      `CREATE INDEX queued_command_due ON queued_command (due_at_ms, ready_at_ms, position)
        WHERE state = 'due'`,
      `CREATE INDEX queued_command_by_key ON queued_command (tenant, key, ready_at_ms, position)
        WHERE state = 'due' AND key IS NOT NULL`,
      `CREATE INDEX queued_command_claimed ON queued_command (claimed_by)
        WHERE state = 'due' AND claimed_by IS NOT NULL`,
      'CREATE INDEX queued_command_by_tenant ON queued_command (tenant, position)',
      'CREATE INDEX queued_command_by_state ON queued_command (tenant, state, position)',
      'CREATE INDEX queued_command_by_name ON queued_command (tenant, name, position)',
      `CREATE INDEX queued_command_settled ON queued_command (settled_at_ms)
        WHERE settled_at_ms IS NOT NULL`,
    ],
  },
];

export const scheduleMigrations: readonly Migration[] = [
  {
    id: 'schedules.0002-schedules',
    statements: [
      `CREATE TABLE schedule (
        id TEXT PRIMARY KEY,
        spec TEXT NOT NULL,
        occurs_at_ms BIGINT NOT NULL,
        due_at_ms BIGINT NOT NULL,
        paused_at_ms BIGINT,
        asked_at_ms BIGINT,
        claims INTEGER NOT NULL,
        claimed_by TEXT,
        tries INTEGER NOT NULL,
        last_run_at_ms BIGINT,
        last_error TEXT
      )`,
    ],
  },
];
