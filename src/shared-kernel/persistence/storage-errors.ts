import { defineErrors, DomainError } from '#shared-kernel/domain/domain-error.js';

/** Faults of the store that callers can meet. */
export const storageErrors = defineErrors('storage', {
  unavailable: {
    status: 503,
    title: 'Storage is unavailable',
    remedy: 'Nothing was stored. Send the request again after the time in Retry-After.',
  },
  overloaded: {
    status: 503,
    title: 'Too many writes are waiting',
    remedy: 'Nothing was stored. Send the request again after the time in Retry-After.',
  },
  conflict: {
    status: 409,
    title: 'The resource changed meanwhile',
    remedy: 'Read the resource again and repeat the change on its new state.',
  },
});

/** Whether the store could not work, which says nothing about what was asked of it. */
export function isStorageOutage(error: unknown): boolean {
  if (!(error instanceof DomainError)) return false;
  const { unavailable, overloaded } = storageErrors;
  return error.code === unavailable.code || error.code === overloaded.code;
}
