import { appendOrderTrigger } from '#shared-kernel/persistence/append-order.js';
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
  {
    // One process writes a file of SQLite, and its commits have an order by themselves.
    id: 'messaging.0003-append-order',
    statements: [],
    postgres: appendOrderTrigger,
  },
  {
    id: 'messaging.0004-leases-counts-replays',
    statements: [
      // Who works a reaction: one instance, under an epoch that every takeover and every change by
      // a person raises. What a runner commits names the epoch that it knows.
      'ALTER TABLE reaction ADD COLUMN owner TEXT',
      'ALTER TABLE reaction ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0',
      'ALTER TABLE reaction ADD COLUMN paused_at_ms INTEGER',
      // taken = handled + skipped + rows of parked_event, after every commit.
      'ALTER TABLE reaction ADD COLUMN taken INTEGER NOT NULL DEFAULT 0',
      'ALTER TABLE reaction ADD COLUMN handled INTEGER NOT NULL DEFAULT 0',
      'ALTER TABLE reaction ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0',
      `UPDATE reaction SET taken =
        (SELECT count(*) FROM parked_event WHERE reaction_id = reaction.id)`,
      // Data that a person put in place of what the event holds, for this reaction only.
      'ALTER TABLE parked_event ADD COLUMN edited_data TEXT',
      `CREATE TABLE reaction_replay (
        id TEXT PRIMARY KEY,
        reaction_id TEXT NOT NULL,
        state TEXT NOT NULL,
        after_position INTEGER NOT NULL,
        up_to_position INTEGER NOT NULL,
        position INTEGER NOT NULL,
        key TEXT,
        type TEXT,
        selected INTEGER NOT NULL,
        handled INTEGER NOT NULL,
        parked INTEGER NOT NULL,
        passed_over INTEGER NOT NULL,
        requested_at_ms INTEGER NOT NULL,
        finished_at_ms INTEGER
      )`,
      'CREATE INDEX reaction_replay_by_state ON reaction_replay (reaction_id, state, id)',
      `CREATE TABLE instance (
        id TEXT PRIMARY KEY,
        heartbeats INTEGER NOT NULL,
        reactions TEXT NOT NULL,
        started_at_ms INTEGER NOT NULL
      )`,
    ],
  },
  {
    // Behind keys that failed for long a million events may stand: none of the questions that are
    // asked in every round may walk through them.
    id: 'messaging.0005-parked-turns',
    statements: [
      'CREATE INDEX parked_event_turn ON parked_event (reaction_id, state, key, position)',
    ],
  },
];
