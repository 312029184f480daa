import {
  type Dialect as KyselyDialect,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import type { SqlValue, Statement } from './statement.js';
import type { Dialect } from './store.js';

/** Anything that Kysely can compile. */
interface Compilable {
  compile(): { readonly sql: string; readonly parameters: readonly unknown[] };
}

/**
 * A query builder for a module's own tables that compiles and never runs: the store runs
 * statements.
 */
export function queryBuilder<Tables>(dialect: Dialect): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: dialects[dialect] });
}

const dialects: Readonly<Record<Dialect, KyselyDialect>> = {
  sqlite: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
  postgres: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
};

/** Compiles a query whose shape depends on the call (filters). */
export function compiled(query: Compilable): Statement {
  const { sql: text, parameters } = query.compile();
  return { sql: text, parameters: parameters as readonly SqlValue[] };
}

/** Stands for a parameter whose value comes with each use. */
class Placeholder {
  constructor(readonly name: string) {}
}

/** Names a parameter inside `prepared`. */
export type Parameter<Values> = <Name extends keyof Values & string>(
  name: Name,
) => RawBuilder<Values[Name]>;

/**
 * Compiles a query of fixed shape once; each call only lines up its values. For hot paths.
 *
 * @throws Error at the call when a value is missing.
 */
export function prepared<Values extends Record<keyof Values, SqlValue>>(
  build: (parameter: Parameter<Values>) => Compilable,
): (values: Values) => Statement {
  const query = build((name) => sql`${new Placeholder(name)}`).compile();
  const slots = query.parameters.map((parameter) =>
    parameter instanceof Placeholder ? parameter : { constant: parameter as SqlValue },
  );
  const valueOf = (slot: (typeof slots)[number], values: Readonly<Record<string, SqlValue>>) => {
    if ('constant' in slot) return slot.constant;
    const value = values[slot.name];
    if (value === undefined) throw new Error(`no value for the parameter ${slot.name}`);
    return value;
  };
  return (values) => ({
    sql: query.sql,
    parameters: slots.map((slot) => valueOf(slot, values)),
  });
}
