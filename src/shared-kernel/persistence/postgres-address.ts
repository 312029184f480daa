import { faultOf } from './postgres-faults.js';

/** Where the server stands, for people: never with the password. */
export function addressOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return 'the server of DATABASE_URL';
  const database = decodeURIComponent(parsed.pathname.slice(1)) || 'the default database';
  const host = parsed.searchParams.get('host') ?? parsed.hostname;
  const user = decodeURIComponent(parsed.username) || 'the default user';
  return `${host || 'localhost'}:${parsed.port || '5432'} (database ${database}, user ${user})`;
}

/** Stops the start: says what is wrong with the server of DATABASE_URL and what to do. */
export function unreachable(url: string, cause: unknown): Error {
  const fault = faultOf(cause);
  const remedy = remedies.find(([pattern]) => pattern.test(fault.code))?.[1] ?? remedyElse;
  const reason = fault.message || fault.code;
  return new Error(`PostgreSQL at ${addressOf(url)} cannot be used: ${reason}. ${remedy}`, {
    cause,
  });
}

const remedies: readonly (readonly [RegExp, string])[] = [
  [/^28/, 'Mend the user or the password in DATABASE_URL, or let the user in (pg_hba.conf).'],
  [/^3D000$/, 'Make the database (createdb), or mend its name in DATABASE_URL.'],
  [/^53300$/, 'Raise max_connections of the server, or lower DATABASE_CONNECTIONS_MAX.'],
  [/^57P03$/, 'The server is starting or stopping: start this program when it is ready.'],
];
const remedyElse = 'Start the server, or mend the host and the port in DATABASE_URL.';
