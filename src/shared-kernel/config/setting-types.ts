import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** What a reader of the reference page needs beside the schema itself. */
interface SettingNotes {
  readonly description: string;
  /** What is allowed, as a phrase that completes "allowed: …". */
  readonly allowed: string;
  /** What applies when the setting is absent; `none` for an optional one. */
  readonly default: string;
  /** True when neither log nor error may show the value. */
  readonly secret?: boolean;
}

const notesSchema = z.object({
  description: z.string(),
  allowed: z.string(),
  default: z.string(),
  secret: z.boolean().default(false),
});

/** The notes that the functions of this file leave on a schema. */
export function notesOf(schema: z.ZodType): z.output<typeof notesSchema> {
  return notesSchema.parse(schema.meta());
}

/** Puts notes on a schema that this file has no shorthand for. */
export function noted<Schema extends z.ZodType>(schema: Schema, notes: SettingNotes): Schema {
  return schema.meta({ ...notes });
}

/** A whole number in a closed range. */
export function wholeNumber(
  range: { readonly min: number; readonly max: number; readonly default: number },
  description: string,
) {
  const { min, max } = range;
  const number = z
    .string()
    .regex(/^\d{1,16}$/, 'is not a whole number')
    .transform(Number)
    .pipe(z.number().min(min, 'is too small').max(max, 'is too large'));
  return noted(number.default(range.default), {
    description,
    allowed: `a whole number from ${min} to ${max}`,
    default: String(range.default),
  });
}

/** A number from 0 to 1. */
export function ratio(byDefault: number, description: string) {
  const number = z
    .string()
    .regex(/^\d{1,3}(\.\d{1,10})?$/, 'is not a number')
    .transform(Number)
    .pipe(z.number().max(1, 'is too large'));
  return noted(number.default(byDefault), {
    description,
    allowed: 'a number from 0 to 1',
    default: String(byDefault),
  });
}

/** `true` or `false`, and nothing that only looks like it. */
export function flag(byDefault: boolean, description: string) {
  const value = z.enum(['true', 'false'], 'is neither true nor false');
  return noted(value.transform((text) => text === 'true').default(byDefault), {
    description,
    allowed: 'true or false',
    default: String(byDefault),
  });
}

/** One of a few words. `defaultNote` says what the default depends on, when it is not one word. */
export function oneOf<const Words extends readonly [string, ...string[]]>(
  words: Words,
  byDefault: Words[number],
  description: string,
  defaultNote: string = byDefault,
) {
  const value = z.enum(words, 'is not one of the allowed words');
  return noted(value.default(byDefault), {
    description,
    allowed: words.join(', '),
    default: defaultNote,
  });
}

/** Text that is not empty. */
export function text(byDefault: string, description: string) {
  return noted(z.string().min(1, 'is empty').default(byDefault), {
    description,
    allowed: 'text',
    default: byDefault,
  });
}

/** A URL with one of these schemes (`http:`); absent when not set. */
export function optionalUrl(
  schemes: readonly string[],
  notes: { readonly description: string; readonly default?: string; readonly secret?: boolean },
) {
  const value = z.string().refine((candidate) => {
    const url = URL.parse(candidate);
    return url !== null && url.hostname !== '' && schemes.includes(url.protocol);
  }, 'is not such a URL');
  return noted(value.optional(), {
    allowed: `a URL that starts with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
    default: 'none',
    ...notes,
  });
}

/** Address ranges with commas between them; none when not set. */
export function addressRanges(description: string) {
  const ranges = z
    .string()
    .transform((list) =>
      list
        .split(',')
        .map((range) => range.trim())
        .filter(Boolean),
    )
    .refine(
      (list) => list.every((range) => ipaddr.isValidCIDR(range)),
      'has a range that is not in CIDR notation',
    );
  return noted(ranges.default([]), {
    description,
    allowed: 'CIDR ranges with commas between them, such as 10.1.0.0/16,fd00::/8',
    default: 'empty',
  });
}
