import { z } from 'zod';
import { defineEvent } from '#shared-kernel/contracts/event-contract.js';
import type { Migration } from '#shared-kernel/persistence/migration.js';

const thing = z.object({ key: z.string(), n: z.number() });

/** What the crash run appends: `n` is unique. */
export class ThingHappened extends defineEvent({
  name: 'crash.thing-happened',
  version: 1,
  summary: 'The crash run appended an event.',
  key: ({ key }) => key,
  schema: thing,
  examples: [{ key: 'a', n: 1 }],
  since: '0.1.0',
}) {}

/** What its reaction appends. */
export class ThingNoticed extends defineEvent({
  name: 'crash.thing-noticed',
  version: 1,
  summary: 'A reaction of the crash run noticed an event.',
  key: ({ key }) => key,
  schema: thing,
  examples: [{ key: 'a', n: 1 }],
  since: '0.1.0',
}) {}

/** Tables in which an effect that happens twice, or not at all, or too early cannot hide. */
export const crashMigrations: readonly Migration[] = [
  {
    id: 'crash.0001-effects',
    statements: [
      'CREATE TABLE crash_effect (id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER UNIQUE, key TEXT, position INTEGER)',
      'CREATE TABLE crash_sum (key TEXT PRIMARY KEY, total INTEGER NOT NULL)',
      'CREATE TABLE crash_follow_up (n INTEGER PRIMARY KEY)',
      `CREATE TABLE crash_job (
        id TEXT PRIMARY KEY,
        due_at_ms INTEGER,
        claims INTEGER NOT NULL,
        claimed_by TEXT
      )`,
      'CREATE INDEX crash_job_due ON crash_job (due_at_ms) WHERE due_at_ms IS NOT NULL',
      'CREATE INDEX crash_effect_by_key ON crash_effect (key, id)',
    ],
  },
];
