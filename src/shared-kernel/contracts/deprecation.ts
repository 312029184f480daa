/** An ISO 8601 calendar date, `2027-01-31`. */
export type CalendarDate = `${number}-${number}-${number}`;

/** What is said of a contract whose users should move on. */
export interface Deprecation {
  /** Release that deprecated it first. */
  readonly since: string;
  /** Day from which the contract may be removed; until then its removal fails the check. */
  readonly sunset: CalendarDate;
  /** The contract to use in its place, `shop.order-placed@2`, or what to do. */
  readonly use: string;
}

/** Whether the text is a day of the calendar: `2027-02-30` has the form and is none. */
export function isCalendarDate(text: string): text is CalendarDate {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
