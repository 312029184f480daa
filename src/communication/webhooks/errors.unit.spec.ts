import type { RejectionReason } from './domain/rejection-reason.js';
import { rejectionError, webhookErrors } from './errors.js';

const reasons: RejectionReason[] = [
  'no-secret',
  'signature-missing',
  'signature-malformed',
  'signature-mismatch',
  'timestamp-missing',
  'timestamp-malformed',
  'timestamp-stale',
];

it.each(reasons)('a webhook rejected for %s is answered with 401 and that code', (reason) => {
  const error = rejectionError(reason);
  expect([error.code, error.definition.status]).toEqual([`webhooks.${reason}`, 401]);
});

it('an unknown address is answered without a hint at what exists', () => {
  expect(webhookErrors.sourceNotFound.definition).toMatchObject({
    status: 404,
    title: 'Not found',
  });
});
