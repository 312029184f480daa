import type { TimeUnit } from './provider-scheme.js';

/**
 * A time as a provider writes it, in milliseconds since the epoch; null when it is not in this
 * unit.
 */
export function readTime(text: string, unit: TimeUnit): number | null {
  switch (unit) {
    case 'seconds':
      return /^\d{1,12}$/.test(text) ? timeOf(Number(text) * 1_000) : null;
    // Up to the year 5138 in seconds, and from 1973 on in milliseconds.
    case 'seconds-or-milliseconds':
      return readTime(text, text.length <= 11 ? 'seconds' : 'milliseconds');
    case 'milliseconds':
      return /^\d{1,15}$/.test(text) ? timeOf(Number(text)) : null;
    // Date.parse alone also takes words and local times, which mean something else on every
    // machine.
    case 'iso':
      return /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(text)
        ? timeOf(Date.parse(text))
        : null;
    case 'iso-utc':
      return readTime(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`, 'iso');
    case 'http-date':
      return /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(text)
        ? timeOf(Date.parse(text))
        : null;
  }
}

/** Null unless a Date can hold it. */
function timeOf(ms: number): number | null {
  return Math.abs(ms) <= 8.64e15 ? ms : null;
}
