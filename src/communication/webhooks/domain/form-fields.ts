/** Values by name, in the order in which they came. */
export type FormFields = ReadonlyMap<string, readonly string[]>;

const fieldsMax = 2_000;

/**
 * Reads `a=1&b=2` as forms and queries write it. Strict, unlike URLSearchParams: what is no UTF-8
 * is not replaced, since a signature over the replaced text would fit many bodies.
 *
 * @returns undefined when it cannot be read, or has more than 2,000 fields
 */
export function formFields(text: string): FormFields | undefined {
  const pairs = text.split('&', fieldsMax + 1).filter((pair) => pair !== '');
  if (pairs.length > fieldsMax) return undefined;
  const fields = new Map<string, string[]>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const name = decoded(equals === -1 ? pair : pair.slice(0, equals));
    const value = decoded(equals === -1 ? '' : pair.slice(equals + 1));
    if (name === undefined || value === undefined) return undefined;
    const values = fields.get(name);
    if (values === undefined) fields.set(name, [value]);
    else values.push(value);
  }
  return fields;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
