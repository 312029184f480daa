/** One piece of the bytes that a signature covers, in order. */
export type SignedPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'body' | 'timestamp' | 'id' };

/** What a signed string may look like: printable ASCII around `{body}`, which is never left out. */
export const signedTemplatePattern =
  /^(?:[ -z|~]|\{(?:timestamp|id)\})*\{body\}(?:[ -z|~]|\{(?:timestamp|id)\})*$/;

/**
 * Reads a template such as `v0:{timestamp}:{body}` into the parts that are hashed one after the
 * other, so the body stays bytes and is never joined to anything.
 *
 * @throws Error when it does not match `signedTemplatePattern`: a fault in a provider's file
 */
export function signedString(template: string): readonly SignedPart[] {
  if (!signedTemplatePattern.test(template)) {
    throw new Error(`not a template of a signed string: ${template}`);
  }
  return template
    .split(/(\{[a-z]+\})/)
    .filter((text) => text !== '')
    .map(partOf);
}

function partOf(text: string): SignedPart {
  switch (text) {
    case '{body}':
      return { kind: 'body' };
    case '{timestamp}':
      return { kind: 'timestamp' };
    case '{id}':
      return { kind: 'id' };
    default:
      return { kind: 'literal', text };
  }
}
