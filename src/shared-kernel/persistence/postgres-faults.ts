import { storageErrors } from './storage-errors.js';

/** A fault of the server (`code` is a SQLSTATE), the socket (`code` is a word) or the driver. */
export interface PostgresFault {
  readonly code: string;
  readonly message: string;
  readonly cause: unknown;
}

/** What a fault means for who met it. */
export type FaultKind =
  /** The whole transaction may go well when it is done again (deadlock, serialization). */
  | 'again'
  /** The connection is of no use any more. */
  | 'connection'
  /** The server cannot do this now: disk full, too many connections, a time limit. */
  | 'outage'
  /** The statement is wrong, and no retry mends that. */
  | 'refused';

export const uniqueViolation = '23505';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const kinds: readonly (readonly [RegExp, FaultKind])[] = [
  [/^40(001|P01)$/, 'again'],
  // 08 connection, 57P01-57P05 the server ends it, 25006 it became a standby, 26000 it
  // lost a prepared statement.
  [/^(08...|57P0[1-5]|25006|26000)$/, 'connection'],
  // 28 not let in, 3D000 no such database: somebody changed that behind a running program.
  [/^(28...|3D000)$/, 'connection'],
  // 53 out of disk, memory or connections, 55P03 and 57014 waited too long, 58 its disk fails.
  [/^(53...|55P03|57014|58...)$/, 'outage'],
  [/^[0-9A-Z]{5}$/, 'refused'],
];
const retryAfterSeconds = 5;

/** Reads the fault from what the driver gave. */
export function faultOf(error: unknown): PostgresFault {
  const thrown: { code?: unknown; message?: unknown } =
    typeof error === 'object' && error !== null ? error : { message: error };
  const { code, message } = thrown;
  return { code: typeof code === 'string' ? code : '', message: String(message), cause: error };
}

/** A fault without a SQLSTATE comes from the socket or from the driver's end of it. */
export function kindOf({ code, cause }: PostgresFault): FaultKind {
  // A prepared statement is of an older shape of the tables: a newer program migrated them.
  const isStale = code === '0A000' && routineOf(cause) === 'RevalidateCachedQuery';
  if (isStale) return 'connection';
  return kinds.find(([pattern]) => pattern.test(code))?.[1] ?? 'connection';
}

/** The function of the server that found the fault. */
function routineOf(cause: unknown): unknown {
  return typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'routine') : undefined;
}

/** What callers get: `storage.unavailable` for all that may go well later, else a bug of ours. */
export function errorOf(fault: PostgresFault): Error {
  const { message, cause } = fault;
  if (kindOf(fault) === 'refused') {
    return new Error(`the database refused a statement: ${message}`, { cause });
  }
  return unavailableFor(fault);
}

/**
 * The database cannot work now, whatever the reason is: that is for the log, since the senders of
 * webhooks are strangers, whom addresses and names of ours do not concern.
 */
export function unavailableFor({ message, cause }: PostgresFault): Error {
  return storageErrors.unavailable('The database cannot work now.', {
    retryAfterSeconds,
    cause: cause instanceof Error ? cause : new Error(message),
  });
}

/** The commit was sent and its answer got lost: it may have happened. */
export function unknownOutcome(cause: unknown): Error {
  return storageErrors.unavailable(
    'The connection to the database broke during the commit; whether this request was stored is unknown.',
    { retryAfterSeconds, cause },
  );
}
