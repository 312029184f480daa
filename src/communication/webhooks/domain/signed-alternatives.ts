import { isHashOf } from './body-form.js';
import { conditionHolds } from './condition-holds.js';
import type { SignatureScheme } from './provider-scheme.js';
import { textAt } from './read-place.js';
import type { RequestReader } from './request-reader.js';
import { signedString, type SignedPart } from './signed-string.js';

const nothing: readonly SignedPart[] = [];

/**
 * The texts that may be signed in this request. Where a request claims a hash of its body, the
 * claim must hold and only the forms that count on it are left: Twilio signs the address alone
 * then, which would also fit an empty form.
 */
export function alternativesOf(
  { signed }: SignatureScheme,
  request: RequestReader,
): readonly (readonly SignedPart[])[] {
  if (signed === undefined) return [nothing];
  if (typeof signed === 'string') return [signedString(signed)];
  const plain = signed.filter((form) => typeof form === 'string');
  const hashed = signed
    .filter((form) => typeof form !== 'string')
    .map(({ template, bodyHash: { place, form } }) => {
      return { template, form, claimed: textAt(place, request) };
    })
    .filter(({ claimed }) => claimed !== undefined);
  if (hashed.length === 0) return plain.map(signedString);
  return hashed
    .filter(({ form, claimed }) => isHashOf(claimed, form, request.body))
    .map(({ template }) => signedString(template));
}

/** Whether all stands in the request that must stand there beside the signature. */
export function hasRequired(
  { requires = [] }: SignatureScheme,
  request: RequestReader,
  settings: Readonly<Record<string, unknown>> | null,
): boolean {
  return requires.every((condition) => conditionHolds(condition, request, settings));
}
