/*
 * On PostgreSQL a transaction takes its position in the log when it inserts and becomes visible
 * when it commits: another one may do both in between, and a reader that follows by position would
 * skip the late one for ever. So transactions that append take turns: the position is given under a
 * lock that is held to the end of the transaction.
 */

/** Number of the advisory lock of appends: `sbx` and a number, in hexadecimal. */
const appendLock = 0x73627801;
/** Number of the advisory lock under which tables are migrated. */
const migrationLock = 0x73627802;

/** The channel on which PostgreSQL tells other processes of appended events. */
export const appendChannel = 'signalbox_append';

/** Waits for the turn to append; held to the end of the transaction. */
export const takeAppendTurn = `SELECT pg_advisory_xact_lock(${appendLock})`;

/** Waits for the turn to change tables; held to the end of the transaction. */
export const takeMigrationTurn = `SELECT pg_advisory_xact_lock(${migrationLock})`;

/**
 * Whether a statement appends to the event log. Who does takes the turn before all else, since two
 * transactions that wait for each other's rows and turn would be a deadlock.
 */
export function appends(sql: string): boolean {
  return appendPattern.test(sql);
}

const appendPattern = /^\s*insert into "?event_log"?[\s(]/i;

/** Gives the log its order, and tells who listens; a step of the log's tables on PostgreSQL. */
export const appendOrderTrigger: readonly string[] = [
  `CREATE FUNCTION signalbox_before_append() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock(${appendLock});
      PERFORM pg_notify('${appendChannel}', '');
      RETURN NULL;
    END
  $$`,
  `CREATE TRIGGER event_log_before_append BEFORE INSERT ON event_log
    FOR EACH STATEMENT EXECUTE FUNCTION signalbox_before_append()`,
];
