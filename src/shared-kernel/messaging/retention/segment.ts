import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { EventRow } from '../event-row.js';

const pack = promisify(gzip);
const unpack = promisify(gunzip);
const fingerprintBytes = 8;

/** A stretch of the log as the archive keeps it: lines of JSON, compressed. */
export interface Segment {
  readonly firstPosition: number;
  readonly lastPosition: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly events: number;
  /** Size before compression. */
  readonly plainBytes: number;
  /** Of the lines before compression, in hex. */
  readonly sha256: string;
  readonly body: Uint8Array;
  /** Eight bytes for each event, by which it is found without unpacking. */
  readonly fingerprints: Uint8Array;
}

/** Packs events, at least one, in the order of the log. */
export async function packSegment(rows: readonly EventRow[]): Promise<Segment> {
  const plain = Buffer.from(rows.map((row) => `${lineOf(row)}\n`).join(''));
  const times = rows.map((row) => row.occurred_at_ms);
  return {
    firstPosition: rows.at(0)?.position ?? 0,
    lastPosition: rows.at(-1)?.position ?? 0,
    firstAtMs: Math.min(...times),
    lastAtMs: Math.max(...times),
    events: rows.length,
    plainBytes: plain.byteLength,
    sha256: sha256Of(plain),
    body: await pack(plain),
    fingerprints: Buffer.concat(rows.map(({ tenant, id }) => fingerprintOf(tenant, id))),
  };
}

/**
 * The lines of a segment, one event each; its payload stands in `payload_base64`.
 *
 * @throws Error when the bytes are not the ones that were archived
 */
export async function unpackSegment(body: Uint8Array, sha256: string): Promise<Buffer> {
  const plain = await unpack(body);
  if (sha256Of(plain) === sha256) return plain;
  throw new Error('the segment of the archive is damaged: its checksum differs');
}

/** Whether a segment with these fingerprints has the event. */
export function hasEvent(fingerprints: Uint8Array, tenant: string, id: string): boolean {
  const wanted = fingerprintOf(tenant, id);
  for (let at = 0; at < fingerprints.byteLength; at += fingerprintBytes) {
    if (wanted.equals(fingerprints.subarray(at, at + fingerprintBytes))) return true;
  }
  return false;
}

function lineOf({ payload, data, ...row }: EventRow): string {
  const bytes = payload === null ? null : Buffer.from(payload).toString('base64');
  return JSON.stringify({ ...row, data: JSON.parse(data) as unknown, payload_base64: bytes });
}

function fingerprintOf(tenant: string, id: string): Buffer {
  return createHash('sha256').update(`${tenant}\n${id}`).digest().subarray(0, fingerprintBytes);
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
