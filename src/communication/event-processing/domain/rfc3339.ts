const shape = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:)(\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * The milliseconds since the epoch of an RFC 3339 time, undefined when the text is not one. Finer
 * fractions than milliseconds are cut. A leap second (`:60`) becomes the second after it, since the
 * epoch counts none.
 */
export function rfc3339Ms(text: string): number | undefined {
  const parts = shape.exec(text);
  if (parts === null) return undefined;
  const [, day = '', hoursAndMinutes = '', seconds = '', fraction = '', zone = ''] = parts;
  if (!isCalendarDay(day)) return undefined;
  const leapMs = seconds === '60' ? 1_000 : 0;
  const plain = leapMs > 0 ? '59' : seconds;
  const ms = Date.parse(`${day}T${hoursAndMinutes}${plain}${fraction}${zone.toUpperCase()}`);
  return Number.isNaN(ms) ? undefined : ms + leapMs;
}

// The parser of dates turns February 30 into March 1 or 2 instead of refusing it.
function isCalendarDay(day: string): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}
