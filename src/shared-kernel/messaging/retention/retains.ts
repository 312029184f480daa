/** Rows of a table that are forgotten when their time has passed. */
export interface ForgottenRows {
  readonly table: string;
  /** Columns of the primary key. */
  readonly key: readonly string[];
  /** Column with the time (milliseconds) from which a row counts; rows with NULL there stay. */
  readonly since: string;
  /** How long they stay; HISTORY_KEEP_DAYS when absent. */
  readonly limit?: 'historyKeepDays' | 'dedupeWindowDays';
  /** True when that time is the row's own end, whatever HISTORY_KEEP_DAYS says. */
  readonly ends?: boolean;
  /** Table whose rows belong to those, and its column with their first key. */
  readonly parts?: { readonly table: string; readonly column: string };
}

/** Rows that still need the event that they name, so it stays in the log. */
export interface EventNeed {
  readonly table: string;
  readonly column: string;
  /** Value of the column `state` of the rows that need it. */
  readonly state: string;
}

/** What a module says of its tables to retention. */
export interface Retention {
  readonly forgets?: readonly ForgottenRows[];
  readonly needs?: readonly EventNeed[];
}

const retainsKey = Symbol('retains');

/**
 * Declares on the adapter that owns the tables which rows are forgotten after HISTORY_KEEP_DAYS,
 * and which rows keep an event in the log. The column `since` needs an index, and so does the
 * column of the event among the rows of that state.
 */
export function Retains(retention: Retention): ClassDecorator {
  return (target) => Reflect.defineMetadata(retainsKey, retention, target);
}

/** What a class declares with `@Retains`. */
export function retentionOf(target: object): Retention | undefined {
  return Reflect.getMetadata(retainsKey, target) as Retention | undefined;
}
