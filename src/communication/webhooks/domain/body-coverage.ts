import type { SignatureScheme } from './provider-scheme.js';
import { signedString, type SignedPart } from './signed-string.js';

/**
 * How much of the body a signature speaks for: all of it, chosen fields, or nothing. With less than
 * all, who reads one request can send another body with its signature.
 */
export type BodyCoverage = 'body' | 'fields' | 'none';

export function bodyCoverage(signature: SignatureScheme): BodyCoverage {
  const { algorithm, place } = signature;
  if (algorithm.kind === 'token' || algorithm.kind === 'basic') return 'none';
  if (algorithm.kind === 'jwt') {
    return place.kind === 'body' || algorithm.bodyClaim !== undefined ? 'body' : 'none';
  }
  const forms = templatesOf(signature).map(({ template, hashed }): BodyCoverage => {
    const parts = signedString(template);
    if (hashed || parts.some(coversBody)) return 'body';
    return parts.some(coversFields) ? 'fields' : 'none';
  });
  // A sender may choose among the forms, so the least of them counts.
  if (forms.length === 0 || forms.includes('none')) return 'none';
  return forms.includes('fields') ? 'fields' : 'body';
}

/** The templates of what is signed; `hashed` ones hold a hash of the body besides. */
export function templatesOf({ signed }: SignatureScheme): { template: string; hashed: boolean }[] {
  if (signed === undefined) return [];
  return [signed]
    .flat()
    .map((form) =>
      typeof form === 'string'
        ? { template: form, hashed: false }
        : { template: form.template, hashed: true },
    );
}

function coversBody({ kind }: SignedPart): boolean {
  return kind === 'body' || kind === 'body-form' || kind === 'sorted-form';
}

function coversFields(part: SignedPart): boolean {
  if (part.kind === 'fields') return true;
  return part.kind === 'place' && (part.place.kind === 'json' || part.place.kind === 'form');
}
