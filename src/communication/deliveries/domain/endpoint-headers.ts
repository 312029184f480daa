import { z } from 'zod';

/** Headers that an endpoint adds to its messages, by their names in lower case. */
export type EndpointHeaders = Readonly<
  Record<string, { readonly value: string; readonly secret: boolean }>
>;

const headersMax = 20;
const nameCharsMax = 100;
const valueCharsMax = 4_096;
const namePattern = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
/** Visible ASCII with blanks inside: all else could be refused, or read in two ways. */
const valuePattern = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * Names that belong to the connection, to the message or to us. `accept-encoding` would bring
 * answers that nobody can read, `date` and the signature names would contradict what is signed.
 */
const reservedNames: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'date',
  'accept-encoding',
  'signature',
  'signature-input',
  'traceparent',
  'tracestate',
]);
const reservedBeginnings = ['webhook-', 'content-', 'ce-', 'proxy-'];

/** Their values are credentials, whether somebody thought of saying so or not. */
const alwaysSecret: ReadonlySet<string> = new Set(['authorization', 'cookie']);

/** Why a name cannot be one of an endpoint's own headers, or null when it can. */
function headerNameFault(name: string): string | null {
  if (name.length > nameCharsMax || !namePattern.test(name)) return 'is not the name of a header';
  const lower = name.toLowerCase();
  const isReserved =
    reservedNames.has(lower) || reservedBeginnings.some((start) => lower.startsWith(start));
  return isReserved ? 'is a header that only Signalbox sets' : null;
}

const headerValue = z
  .string()
  .max(valueCharsMax)
  .regex(valuePattern, 'must be visible ASCII without blanks at its ends');
const headerForm = z.union([
  headerValue,
  z.strictObject({
    value: headerValue,
    secret: z.boolean().default(false).meta({ description: 'A secret value is never shown.' }),
  }),
]);

function named<Value extends z.ZodType>(value: Value) {
  return z.record(z.string(), value).superRefine((headers, context) => {
    const names = Object.keys(headers);
    for (const name of names) {
      const fault = headerNameFault(name);
      if (fault !== null) context.addIssue({ code: 'custom', path: [name], message: fault });
    }
    const isFew = names.length <= headersMax;
    if (!isFew) context.addIssue({ code: 'custom', message: `at most ${headersMax} headers` });
    if (new Set(names.map((name) => name.toLowerCase())).size < names.length) {
      context.addIssue({ code: 'custom', message: 'names must differ in more than case' });
    }
  });
}

const description =
  'Headers that every message carries: a text, or `{ value, secret: true }` for one that is ' +
  'stored sealed and never shown.';

/** Headers of a new endpoint. */
export const headersInput = named(headerForm).meta({
  description,
  examples: [{ 'x-team': 'orders', authorization: { value: 'Bearer abc', secret: true } }],
});

/** A merge patch of headers; null takes one away. */
export const headersPatch = named(headerForm.nullable()).meta({ description });

/** Headers as others may see them. */
export const headersState = z.record(
  z.string(),
  z.strictObject({ secret: z.boolean(), value: z.string().nullable() }),
);

/**
 * The headers with a merge patch laid over them.
 *
 * @returns null when there would be more than an endpoint may have
 */
export function patchHeaders(
  headers: EndpointHeaders,
  patch: z.output<typeof headersPatch>,
): EndpointHeaders | null {
  const merged = new Map(Object.entries(headers));
  for (const [name, form] of Object.entries(patch)) {
    const lower = name.toLowerCase();
    if (form === null) {
      merged.delete(lower);
      continue;
    }
    const given = typeof form === 'string' ? { value: form, secret: false } : form;
    merged.set(lower, { ...given, secret: given.secret || alwaysSecret.has(lower) });
  }
  return merged.size > headersMax ? null : Object.fromEntries(merged);
}

export function headersStateOf(headers: EndpointHeaders): z.output<typeof headersState> {
  const entries = Object.entries(headers).map(([name, { value, secret }]) => {
    return [name, { secret, value: secret ? null : value }] as const;
  });
  return Object.fromEntries(entries);
}
