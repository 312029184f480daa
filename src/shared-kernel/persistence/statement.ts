/**
 * A value that both databases bind: times are integers (milliseconds), flags 0 or 1. Text may have
 * any character but U+0000, which PostgreSQL cannot hold: there it becomes U+FFFD.
 */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** Compiled SQL and its parameters. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/**
 * What must hold for a write, or the whole commit is undone:
 * `any` nothing, `one-row` exactly one row changed, `absent` no unique key stands in the way.
 */
export type Expectation = 'any' | 'one-row' | 'absent';

/** One change inside a commit. */
export interface Write {
  readonly statement: Statement;
  readonly expect: Expectation;
  /** Names the conflict when the expectation fails, e.g. `webhook-is-new`. */
  readonly conflict?: string;
  /** True when the statement has a RETURNING clause whose rows the caller wants. */
  readonly returning?: boolean;
}

/** A change that needs nothing to hold. */
export function always(statement: Statement): Write {
  return { statement, expect: 'any' };
}

/** A change of a row that must exist in the state the statement's WHERE names. */
export function exactlyOne(statement: Statement, conflict: string): Write {
  return { statement, expect: 'one-row', conflict };
}

/** An insert that must meet no row with the same unique key. */
export function absent(statement: Statement, conflict: string): Write {
  return { statement, expect: 'absent', conflict };
}

/** A change whose RETURNING rows the caller receives. */
export function returning(statement: Statement): Write {
  return { statement, expect: 'any', returning: true };
}
