import { defineErrors } from '#shared-kernel/domain/domain-error.js';

/** Faults of API keys and of sealed secrets. */
export const authErrors = defineErrors('auth', {
  missingKey: {
    status: 401,
    title: 'An API key is missing',
    remedy: 'Send the header Authorization: Bearer with an API key.',
  },
  invalidKey: {
    status: 401,
    title: 'The API key is not valid',
    remedy: 'Check that the whole key was sent, and that it was not revoked.',
  },
  insufficientScope: {
    status: 403,
    title: 'The API key may not do this',
    remedy: 'Use a key with the scope that the answer names.',
  },
  tenantForbidden: {
    status: 403,
    title: 'The API key belongs to another tenant',
    remedy: 'Leave the tenant out, or use a key of that tenant or of the operator.',
  },
  keyNotFound: {
    status: 404,
    title: 'There is no such API key',
    remedy: 'List the keys to find its id; a revoked key cannot be revoked again.',
  },
  lastAdminKey: {
    status: 409,
    title: 'This is the last admin key of the operator',
    remedy: 'Make another admin key first: without one nobody could make keys any more.',
  },
  invalidPortalToken: {
    status: 401,
    title: 'The portal token is not valid',
    remedy: 'Let the server that makes portal tokens make a new one: they last a day at the most.',
  },
  portalPermissionMissing: {
    status: 403,
    title: 'The portal token may not do this',
    remedy: 'Make the token with the permission that the answer names, or for these endpoints.',
  },
  portalTokenNotFound: {
    status: 404,
    title: 'There is no such portal token',
    remedy: 'List the tokens to find its id; a revoked token cannot be revoked again.',
  },
  secretUnreadable: {
    status: 500,
    title: 'A stored secret cannot be read',
    remedy:
      'Start with the SECRET_KEY, or the file secret.key, that was in use when it was stored.',
  },
});
