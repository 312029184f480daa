import type { EventRow } from '#shared-kernel/messaging/event-row.js';

const jsonType = /^[\w.!#$&^+-]+\/(?:[\w.!#$&^+-]+\+)?json\s*(?:;|$)/i;
/** How JSON begins when its sender calls it something else. */
const opensJson = /^[\t\n\r ]{0,100}[[{]/;
const startBytes = 101;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * What a template can read as `event.data`: the payload of what came from outside, as far as it is
 * JSON, and the facts of our own events, whose type is their name.
 */
export function eventData({ name, type, data, payload, payload_type }: EventRow): unknown {
  if (type === name) return JSON.parse(data);
  if (payload === null) return undefined;
  const start = Buffer.from(payload.subarray(0, startBytes)).toString('latin1');
  if (!jsonType.test(payload_type?.trim() ?? '') && !opensJson.test(start)) return undefined;
  try {
    return JSON.parse(utf8.decode(payload));
  } catch {
    return undefined;
  }
}
