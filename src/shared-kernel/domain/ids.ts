import { randomFillSync } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

/** Type prefixes of the ids that people see; one per kind of thing. */
export type IdPrefix =
  | 'src'
  | 'sec'
  | 'whk'
  | 'qtn'
  | 'evt'
  | 'rul'
  | 'end'
  | 'dlv'
  | 'ntf'
  | 'key'
  | 'cmd'
  | 'rpl'
  | 'rcv'
  | 'ptk';

/**
 * A new id: the type prefix and a UUIDv7 (RFC 9562) as 32 hex digits, so ids of one kind sort by
 * time of creation.
 *
 * @param prefix the kind of thing
 * @param nowMs time that the id carries, in milliseconds since the epoch
 */
export function newId(prefix: IdPrefix, nowMs: number): string {
  const random = randomBytes();
  // Within one millisecond a counter that starts anywhere keeps the order of making.
  sequence =
    nowMs === lastMs
      ? sequence + 1
      : new DataView(random.buffer, random.byteOffset).getUint32(0) >>> 1;
  lastMs = nowMs;
  return `${prefix}_${uuidv7({ msecs: nowMs, random, seq: sequence }).replaceAll('-', '')}`;
}

let lastMs = -1;
let sequence = 0;

/** Random bytes drawn at once: asking for those of each id alone costs five times as much. */
const pool = Buffer.alloc(8_192);
const randomBytesPerId = 16;
let drawn = pool.length;

function randomBytes(): Uint8Array {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  drawn += randomBytesPerId;
  return pool.subarray(drawn - randomBytesPerId, drawn);
}

/** The shape of an id with this prefix, for schemas. */
export function idPattern(prefix: IdPrefix): RegExp {
  return new RegExp(`^${prefix}_[0-9a-f]{32}$`);
}
