import type { SqlValue } from './statement.js';

/** Type numbers of PostgreSQL (`SELECT oid, typname FROM pg_type`). */
const types = { bool: 16, bytea: 17, int8: 20, int2: 21, int4: 23, float4: 700, float8: 701 };
const numeric = 1700;

const readers = new Map<number, (text: string) => unknown>([
  // Flags are 0 or 1 in both databases.
  [types.bool, (text) => (text === 't' ? 1 : 0)],
  // The text form of bytea is `\x` and hexadecimal digits.
  [types.bytea, (text) => Buffer.from(text.slice(2), 'hex')],
]);
for (const oid of [types.int8, types.int2, types.int4, types.float4, types.float8, numeric]) {
  // Positions and milliseconds stay far below 2^53.
  readers.set(oid, Number);
}

/** How columns become JavaScript values: the same that SQLite gives. */
export const columnTypes = {
  getTypeParser: (oid: number) => readers.get(oid) ?? ((text: string) => text),
};

/**
 * What the driver sends for a value. PostgreSQL cannot hold U+0000 in text; it becomes U+FFFD, so
 * that text from outside (an answer of a server, a rendered mail) can never make a commit fail.
 */
export function parameterOf(value: SqlValue): SqlValue {
  return typeof value === 'string' && value.includes('\0')
    ? value.replaceAll('\0', '\uFFFD')
    : value;
}
