import { storageErrors } from './storage-errors.js';

/** A fault as SQLite tells it; `errcode` is the extended result code, 0 when the driver refused. */
export interface SqliteFault {
  readonly errcode: number;
  readonly message: string;
}

/**
 * Primary result codes of a database that cannot work now (https://sqlite.org/rescode.html): BUSY,
 * LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN.
 */
const unavailableCodes = new Set([5, 6, 7, 8, 10, 13, 14]);
const retryAfterSeconds = 5;

/** Whether the database may be able to do the same thing later. */
export function isOutage({ errcode }: SqliteFault): boolean {
  // The low byte of an extended result code is its primary code.
  return unavailableCodes.has(errcode & 0xff);
}

/**
 * What callers get: a database that cannot work now is theirs to try again, any other fault is a
 * bug of ours and no retry mends it.
 */
export function errorOf(fault: SqliteFault, cause?: unknown): Error {
  if (!isOutage(fault)) {
    return new Error(`the database refused a statement: ${fault.message}`, { cause });
  }
  // The reason is for the log: the senders of webhooks are strangers.
  return storageErrors.unavailable('The database cannot work now.', {
    retryAfterSeconds,
    cause: cause ?? new Error(fault.message),
  });
}

/** Reads the fault from what `node:sqlite` threw. */
export function faultOf(error: unknown): SqliteFault {
  // Not by instanceof: an error may come from another realm.
  const thrown: { errcode?: unknown; message?: unknown } =
    typeof error === 'object' && error !== null ? error : { message: error };
  const { errcode, message } = thrown;
  return { errcode: typeof errcode === 'number' ? errcode : 0, message: String(message) };
}
