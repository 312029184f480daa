import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clock } from '#shared-kernel/domain/clock.js';
import { migrate } from '#shared-kernel/persistence/migrate.js';
import { SqliteStore } from '#shared-kernel/persistence/sqlite-store.js';
import type { MatchableEvent } from '../domain/matchable-event.js';
import type { Rule } from '../domain/rule.js';
import { eventProcessingMigrations } from './event-processing.migrations.js';
import { StoredRules } from './stored-rules.js';

class DrivenClock extends Clock {
  nowMs = 1_000_000;

  now(): number {
    return this.nowMs;
  }
}

const event: MatchableEvent = {
  tenant: 'default',
  type: 'a',
  source: '/s',
  sourceId: null,
  data: undefined,
};

function aRule(id: string, overrides: Partial<Rule> = {}): Rule {
  return {
    id,
    tenant: 'default',
    name: id,
    match: {},
    actions: [{ kind: 'deliver', endpointId: `end_${'0'.repeat(32)}` }],
    state: 'enabled',
    revision: 1,
    createdAtMs: 0,
    ...overrides,
  };
}

describe('stored rules', () => {
  const clock = new DrivenClock();
  let folder: string;
  let store: SqliteStore;
  /** Two processes on one database. */
  let here: StoredRules;
  let there: StoredRules;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-rules-'));
    store = await SqliteStore.open({ file: join(folder, 'test.db') });
    await migrate(store, eventProcessingMigrations, clock.now());
    here = new StoredRules(store, clock);
    there = new StoredRules(store, clock);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  async function matchedBy(rules: StoredRules, tenant = 'default'): Promise<string[]> {
    const matcher = await rules.matcher(tenant);
    return matcher.match({ ...event, tenant }).matched.map(({ id }) => id);
  }

  it('match by a change at once here, and within a second in other processes', async () => {
    expect(await matchedBy(there)).toEqual([]);
    const rule = aRule('rul_1');
    await store.commit(here.add(rule));
    here.forget('default');
    expect(await matchedBy(here)).toEqual(['rul_1']);
    clock.nowMs += 999;
    expect(await matchedBy(there)).toEqual([]);
    clock.nowMs += 1;
    expect(await matchedBy(there)).toEqual(['rul_1']);

    await store.commit(here.replace({ ...rule, state: 'disabled', revision: 2 }, 1));
    await store.commit(here.add(aRule('rul_2')));
    await store.commit(here.remove({ ...rule, revision: 2 }));
    clock.nowMs += 1_000;
    expect(await matchedBy(there)).toEqual(['rul_2']);
  });

  it('are compiled once for all who ask, and not again while nothing changed', async () => {
    await store.commit(here.add(aRule('rul_1')));
    const [first, second] = await Promise.all([here.matcher('default'), here.matcher('default')]);
    expect(second).toBe(first);
    clock.nowMs += 5_000;
    expect(await here.matcher('default')).toBe(first);
  });

  it('refuse a change of a revision that is gone', async () => {
    const rule = aRule('rul_1');
    await store.commit(here.add(rule));
    const conflict = { committed: false, conflict: 'rule-is-unchanged' };
    expect(await store.commit(here.replace({ ...rule, revision: 3 }, 2))).toEqual(conflict);
    expect(await store.commit(here.remove({ ...rule, revision: 2 }))).toEqual(conflict);
    const twice = await store.commit(here.add(rule));
    expect(twice).toEqual({ committed: false, conflict: 'rule-is-new' });
  });

  it('are read again when reading them failed', async () => {
    await store.commit(here.add(aRule('rul_1')));
    const rename = (sql: string) =>
      store.commit([{ statement: { sql, parameters: [] }, expect: 'any' }]);
    await rename('ALTER TABLE rule RENAME TO hidden');
    await expect(here.matcher('default')).rejects.toThrow('the database refused a statement');
    await rename('ALTER TABLE hidden RENAME TO rule');
    expect(await matchedBy(here)).toEqual(['rul_1']);
  });

  it('stay bounded in memory, however many tenants there are', async () => {
    await store.commit(here.add(aRule('rul_1')));
    for (let tenant = 0; tenant <= 1_000; tenant++) await here.matcher(`tenant-${tenant}`);
    expect(await matchedBy(here)).toEqual(['rul_1']);
    expect(await here.count('default')).toBe(1);
    expect(await matchedBy(here, 'tenant-5')).toEqual([]);
  });
});
