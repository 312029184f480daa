import { z } from 'zod';

const headersMax = 10;
const bodyBytesMax = 4_096;
/** Statuses that have no body (RFC 9110, 15.3.5 and 15.3.6). */
const bodilessStatuses: ReadonlySet<number> = new Set([204, 205]);
/** Headers that say nothing about the message itself or its connection, beside those of `x-`. */
const safeHeaders: ReadonlySet<string> = new Set([
  'cache-control',
  'content-language',
  'expires',
  'pragma',
  'webhook-allowed-origin',
  'webhook-allowed-rate',
]);
/** No browser runs any of these, whoever wrote the body. */
const contentTypes = [
  'text/plain; charset=utf-8',
  'application/json',
  'application/xml',
  'text/xml; charset=utf-8',
  'application/x-www-form-urlencoded',
] as const;

const headerName = z
  .string()
  .max(100)
  .toLowerCase()
  .regex(/^[a-z0-9-]+$/, 'must be a header name')
  .refine((name) => name.startsWith('x-') || safeHeaders.has(name), 'is not a header to choose');
const headerValue = z
  .string()
  .max(500)
  .regex(/^[\x20-\x7e]*$/, 'must be visible ASCII characters');

/** What a source answers instead of the ids of the webhook that it took. */
export const sourceAnswerSchema = z
  .strictObject({
    status: z.int().min(200).max(299).default(200),
    contentType: z.enum(contentTypes).default('text/plain; charset=utf-8'),
    headers: z
      .record(headerName, headerValue)
      .refine((headers) => Object.keys(headers).length <= headersMax, `at most ${headersMax}`)
      .default({})
      .meta({ description: 'Any `x-` header and a few harmless others, 10 at most.' }),
    body: z
      .string()
      .refine((body) => Buffer.byteLength(body) <= bodyBytesMax, `at most ${bodyBytesMax} bytes`)
      .default('')
      .meta({ examples: ['[accepted]'] }),
  })
  .refine(({ status, body }) => body === '' || !bodilessStatuses.has(status), {
    path: ['body'],
    message: 'must be empty with this status',
  });
