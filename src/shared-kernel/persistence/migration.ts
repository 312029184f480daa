/** One step forward of a module's tables. Never changed once released: a later step mends it. */
export interface Migration {
  /** `module.0001-what-it-does`; steps of a module run in the order of its list. */
  readonly id: string;
  /** SQL in the words of SQLite; `inDialect` says what becomes of it on PostgreSQL. */
  readonly statements: readonly string[];
  /** Stands in for `statements` on PostgreSQL, where translating is not enough. */
  readonly postgres?: readonly string[];
}

const migrationsKey = Symbol('migrations');

/** Declares on an adapter which tables it owns; they are migrated before anything starts. */
export function OwnsTables(migrations: readonly Migration[]): ClassDecorator {
  return (target) => Reflect.defineMetadata(migrationsKey, migrations, target);
}

/** The migrations that a class declares. */
export function migrationsOf(target: object): readonly Migration[] {
  return (Reflect.getMetadata(migrationsKey, target) ?? []) as readonly Migration[];
}
