import { defineErrors } from '#shared-kernel/domain/domain-error.js';

/** Faults of a request or of its handling that belong to no module. */
export const httpErrors = defineErrors('http', {
  invalidRequest: {
    status: 400,
    title: 'The request does not fit its schema',
    remedy: 'Correct the fields that the answer names; the schema stands in the API reference.',
  },
  malformedJson: {
    status: 400,
    title: 'The body is not JSON',
    remedy: 'Send one JSON document in UTF-8 with the header Content-Type: application/json.',
  },
  malformedRequest: {
    status: 400,
    title: 'The request breaks the HTTP protocol',
    remedy: 'Check the URL, the headers and the declared length of the body.',
  },
  notFound: {
    status: 404,
    title: 'There is nothing at this address',
    remedy: 'Check the path; the API reference lists all of them.',
  },
  methodNotAllowed: {
    status: 405,
    title: 'This address does not take this method',
    remedy: 'Use one of the methods in the Allow header.',
  },
  requestTimeout: {
    status: 408,
    title: 'The request took too long to arrive',
    remedy: 'Send the request again; check the connection.',
  },
  idempotencyConflict: {
    status: 409,
    title: 'A request with this idempotency key is still running',
    remedy: 'Send the same request again after the time in Retry-After to get its answer.',
  },
  preconditionFailed: {
    status: 412,
    title: 'The resource is not in the state that If-Match names',
    remedy: 'Read the resource again and repeat the change with its new ETag.',
  },
  bodyTooLarge: {
    status: 413,
    title: 'The body is too large',
    remedy: 'Send less at once, or raise WEBHOOK_BODY_BYTES_MAX or API_BODY_BYTES_MAX.',
  },
  uriTooLong: {
    status: 414,
    title: 'A part of the address is too long',
    remedy: 'Check the ids in the path.',
  },
  unsupportedMediaType: {
    status: 415,
    title: 'This address does not take this type of body',
    remedy: 'Send JSON with the header Content-Type: application/json.',
  },
  idempotencyMismatch: {
    status: 422,
    title: 'The idempotency key was used for another request',
    remedy: 'Take a new key for every new request; repeat a request unchanged.',
  },
  headersTooLarge: {
    status: 431,
    title: 'The request has too many or too large headers',
    remedy: 'Send fewer and shorter headers: 100 of them, 16 KiB in all.',
  },
  internal: {
    status: 500,
    title: 'The request met a fault of the program',
    remedy: 'Nothing is known of its effect. Report it with the trace id of the answer.',
  },
  unavailable: {
    status: 503,
    title: 'The program cannot answer now',
    remedy: 'Send the request again after the time in Retry-After.',
  },
});
