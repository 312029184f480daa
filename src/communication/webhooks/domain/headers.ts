import { z } from 'zod';

/** Request headers with lower-case names, as `node:http` gives them. */
export type WebhookHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A header's name (RFC 9110 section 5.1, letters, digits, `-` and `_`), kept in lower case. */
export const headerNameSchema = z
  .string()
  .max(100)
  .toLowerCase()
  .regex(/^[a-z0-9_-]+$/, 'must be a header name')
  .meta({ description: 'Name of a request header; upper and lower case are the same.' });

/**
 * A header's value without outer blanks, or undefined. A repeated header reads as one list (RFC
 * 9110 section 5.3).
 */
export function headerText(headers: WebhookHeaders, name: string): string | undefined {
  if (!Object.hasOwn(headers, name)) return undefined;
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ').trim() : value?.trim();
}

/** The headers without those that are undefined, for where they are kept. */
export function presentHeaders(headers: WebhookHeaders): Record<string, string | string[]> {
  const present = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as Record<string, string | string[]>;
}
