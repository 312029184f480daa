import type { Migration } from '#shared-kernel/persistence/migration.js';

export const eventProcessingMigrations: readonly Migration[] = [
  {
    id: 'event-processing.0001-rules-and-events',
    statements: [
      `CREATE TABLE rule (
        id TEXT PRIMARY KEY,
        tenant TEXT NOT NULL,
        name TEXT NOT NULL,
        match TEXT NOT NULL,
        actions TEXT NOT NULL,
        state TEXT NOT NULL,
        revision INTEGER NOT NULL,
        created_at_ms INTEGER NOT NULL
      )`,
      'CREATE INDEX rule_by_tenant ON rule (tenant, id)',
      // One number tells every process whether the rules that it compiled are still the rules.
      `CREATE TABLE rule_book (
        tenant TEXT PRIMARY KEY,
        version INTEGER NOT NULL
      )`,
      `CREATE TABLE rule_evaluation (
        event_id TEXT PRIMARY KEY,
        tenant TEXT NOT NULL,
        matched TEXT NOT NULL,
        unmatched TEXT NOT NULL,
        unmatched_count INTEGER NOT NULL,
        evaluated_at_ms INTEGER NOT NULL
      )`,
      `CREATE TABLE published_event (
        tenant TEXT NOT NULL,
        source TEXT NOT NULL,
        cloud_event_id TEXT NOT NULL,
        event_id TEXT NOT NULL,
        published_at_ms INTEGER NOT NULL,
        PRIMARY KEY (tenant, source, cloud_event_id)
      )`,
    ],
  },
  {
    id: 'event-processing.0002-evaluations-of-replays',
    statements: [
      // An event that is replayed is judged once more, and what was found before stays.
      `CREATE TABLE judged_event (
        event_id TEXT NOT NULL,
        evaluated_at_ms BIGINT NOT NULL,
        tenant TEXT NOT NULL,
        matched TEXT NOT NULL,
        unmatched TEXT NOT NULL,
        unmatched_count INTEGER NOT NULL,
        PRIMARY KEY (event_id, evaluated_at_ms)
      )`,
      `INSERT INTO judged_event
        (event_id, evaluated_at_ms, tenant, matched, unmatched, unmatched_count)
        SELECT event_id, evaluated_at_ms, tenant, matched, unmatched, unmatched_count
        FROM rule_evaluation`,
      'DROP TABLE rule_evaluation',
      'ALTER TABLE judged_event RENAME TO rule_evaluation',
    ],
  },
  {
    id: 'event-processing.0003-retention',
    statements: [
      'CREATE INDEX rule_evaluation_by_time ON rule_evaluation (evaluated_at_ms)',
      'CREATE INDEX published_event_by_time ON published_event (published_at_ms)',
    ],
  },
];
