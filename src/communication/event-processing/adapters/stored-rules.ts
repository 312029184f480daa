import { Injectable } from '@nestjs/common';
import { type Selectable, sql } from 'kysely';
import { Clock } from '#shared-kernel/domain/clock.js';
import { type Page, pageOf } from '#shared-kernel/domain/page.js';
import { OwnsTables } from '#shared-kernel/persistence/migration.js';
import { compiled, prepared, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { absent, always, exactlyOne, type Write } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { compileRules, type RuleMatcher } from '../domain/match-rules.js';
import { RuleBook, type RuleFilter } from '../domain/rule-book.js';
import type { Rule } from '../domain/rule.js';
import { eventProcessingMigrations } from './event-processing.migrations.js';

interface RuleTable {
  id: string;
  tenant: string;
  name: string;
  /** JSON. */
  match: string;
  /** JSON. */
  actions: string;
  state: Rule['state'];
  revision: number;
  created_at_ms: number;
}

interface Tables {
  rule: RuleTable;
  /** Counts the changes of a tenant's rules. */
  rule_book: { tenant: string; version: number };
}

type RuleRow = Selectable<RuleTable>;

interface CompiledRules {
  readonly version: number;
  readonly matcher: Promise<RuleMatcher>;
  checkedAtMs: number;
}

/** How long another process's change of a rule may stay unseen. */
const cacheAgeMaxMs = 1_000;
/** Tenants kept in memory; all are dropped past it, which costs one reading each. */
const tenantsMax = 1_000;

/** Rules in the store, and compiled in memory for matching. */
@Injectable()
@OwnsTables(eventProcessingMigrations)
export class StoredRules extends RuleBook {
  private readonly db;
  private readonly versionOf;
  private readonly cache = new Map<string, CompiledRules>();

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {
    super();
    this.db = queryBuilder<Tables>(store.dialect);
    this.versionOf = prepared<{ tenant: string }>((p) =>
      this.db.selectFrom('rule_book').select('version').where('tenant', '=', p('tenant')),
    );
  }

  async matcher(tenant: string): Promise<RuleMatcher> {
    const nowMs = this.clock.now();
    const cached = this.cache.get(tenant);
    if (cached !== undefined && nowMs - cached.checkedAtMs < cacheAgeMaxMs) return cached.matcher;
    // The version is read before the rules: rules that change in between are read again next time.
    const row = await this.store.find<{ version: number }>(this.versionOf({ tenant }));
    const version = row?.version ?? 0;
    // Events of a batch ask at once: the first of them compiles for all.
    const current = this.cache.get(tenant);
    if (current?.version === version) {
      current.checkedAtMs = nowMs;
      return current.matcher;
    }
    const fresh = { version, matcher: this.compile(tenant), checkedAtMs: nowMs };
    if (this.cache.size >= tenantsMax) this.cache.clear();
    this.cache.set(tenant, fresh);
    fresh.matcher.catch(() => this.cache.delete(tenant));
    return fresh.matcher;
  }

  async byId(tenant: string, id: string): Promise<Rule | undefined> {
    const query = this.db
      .selectFrom('rule')
      .selectAll()
      .where('id', '=', id)
      .where('tenant', '=', tenant);
    const row = await this.store.find<RuleRow>(compiled(query));
    return row && ruleOf(row);
  }

  async list({ tenant, limit, after }: RuleFilter): Promise<Page<Rule>> {
    let query = this.db.selectFrom('rule').selectAll().where('tenant', '=', tenant);
    if (after !== undefined) query = query.where('id', '>', after);
    const rows = await this.store.list<RuleRow>(compiled(query.orderBy('id').limit(limit + 1)));
    return pageOf(rows, limit, (row) => row.id, ruleOf);
  }

  async count(tenant: string): Promise<number> {
    const query = this.db
      .selectFrom('rule')
      .select((e) => e.fn.countAll<number>().as('rules'))
      .where('tenant', '=', tenant);
    const row = await this.store.find<{ rules: number }>(compiled(query));
    return row?.rules ?? 0;
  }

  add(rule: Rule): Write[] {
    const insert = this.db.insertInto('rule').values(rowOf(rule));
    return [absent(compiled(insert), 'rule-is-new'), this.newVersion(rule.tenant)];
  }

  replace(rule: Rule, revision: number): Write[] {
    const { id, tenant, created_at_ms, ...changes } = rowOf(rule);
    const update = this.db
      .updateTable('rule')
      .set(changes)
      .where('id', '=', id)
      .where('tenant', '=', tenant)
      .where('revision', '=', revision);
    return [exactlyOne(compiled(update), 'rule-is-unchanged'), this.newVersion(tenant)];
  }

  remove({ id, tenant, revision }: Rule): Write[] {
    const remove = this.db
      .deleteFrom('rule')
      .where('id', '=', id)
      .where('tenant', '=', tenant)
      .where('revision', '=', revision);
    return [exactlyOne(compiled(remove), 'rule-is-unchanged'), this.newVersion(tenant)];
  }

  forget(tenant: string): void {
    this.cache.delete(tenant);
  }

  private newVersion(tenant: string): Write {
    const upsert = this.db
      .insertInto('rule_book')
      .values({ tenant, version: 1 })
      .onConflict((c) =>
        c.column('tenant').doUpdateSet({ version: sql<number>`rule_book.version + 1` }),
      );
    return always(compiled(upsert));
  }

  private async compile(tenant: string): Promise<RuleMatcher> {
    const query = this.db
      .selectFrom('rule')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('state', '=', 'enabled')
      .orderBy('id');
    const rows = await this.store.list<RuleRow>(compiled(query));
    return compileRules(rows.map(ruleOf));
  }
}

function ruleOf(row: RuleRow): Rule {
  return {
    id: row.id,
    tenant: row.tenant,
    name: row.name,
    match: JSON.parse(row.match) as Rule['match'],
    actions: JSON.parse(row.actions) as Rule['actions'],
    state: row.state,
    revision: row.revision,
    createdAtMs: row.created_at_ms,
  };
}

function rowOf(rule: Rule): RuleRow {
  return {
    id: rule.id,
    tenant: rule.tenant,
    name: rule.name,
    match: JSON.stringify(rule.match),
    actions: JSON.stringify(rule.actions),
    state: rule.state,
    revision: rule.revision,
    created_at_ms: rule.createdAtMs,
  };
}
