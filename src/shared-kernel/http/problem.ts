import { HttpException } from '@nestjs/common';
import { z } from 'zod';
import { DomainError, type ErrorDetails } from '#shared-kernel/domain/domain-error.js';
import { currentContext } from '#shared-kernel/observability/message-context.js';
import { httpErrors } from './http-errors.js';

/** Media type of a problem document (RFC 9457, section 3). */
export const problemMediaType = 'application/problem+json';

/**
 * A problem document (RFC 9457) with our members: `code`, `traceId` and the faults of single
 * fields.
 */
export const problemSchema = z
  .object({
    // Not a URL: the type stays the same wherever the program is installed.
    type: z.string().meta({ examples: ['urn:signalbox:error:http.invalid-request'] }),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What is wrong with this request, and what to do.'),
    code: z.string().describe('Stable name of the error; the error reference explains each.'),
    traceId: z.string().optional().describe('Finds this request in logs and traces.'),
    fields: z
      .array(z.object({ path: z.string(), fault: z.string() }))
      .optional()
      .describe('The faults of single fields.'),
  })
  .meta({ id: 'Problem', description: 'A problem document (RFC 9457).' });

type Problem = z.output<typeof problemSchema>;

/** Status of everything that is a fault of the program itself, and all that a caller is told. */
const faultStatus = 500;
const faultDetail = 'The program failed on this request.';

/** The catalogued error that a client is told of, for anything that was thrown. */
export function domainErrorOf(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const cause = { cause: error };
  const code = stringProperty(error, 'code');
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return httpErrors.bodyTooLarge('The body is larger than this address takes.', cause);
  }
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH') {
    return httpErrors.malformedRequest('The body is not as long as Content-Length says.', cause);
  }
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  return errorOfStatus(status, cause);
}

/**
 * The problem document of an error. A fault of the program keeps its code and says nothing of what
 * is inside; the log does.
 */
export function problemOf(error: DomainError): Problem {
  const { code, definition } = error;
  const { status, title } = definition;
  const isOurFault = status === faultStatus;
  const fields = isOurFault ? undefined : error.fields;
  const traceId = currentContext()?.traceId;
  return {
    type: `urn:signalbox:error:${code}`,
    title,
    status,
    detail: isOurFault ? faultDetail : error.message,
    code,
    ...(traceId === undefined ? {} : { traceId }),
    ...(fields === undefined ? {} : { fields: [...fields] }),
  };
}

/** Headers that the answer to an error has beside its type. */
export function problemHeaders(error: DomainError): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': problemMediaType };
  const { retryAfterSeconds, code } = error;
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds);
  const challenge = challenges[code];
  if (challenge !== undefined) headers['www-authenticate'] = challenge;
  return headers;
}

/** Challenges of RFC 6750, section 3: without an error code when no key was sent at all. */
const challenges: Readonly<Record<string, string>> = {
  'auth.missing-key': 'Bearer realm="signalbox"',
  'auth.invalid-key': 'Bearer realm="signalbox", error="invalid_token"',
  'auth.insufficient-scope': 'Bearer realm="signalbox", error="insufficient_scope"',
};

/**
 * Errors of Nest and Fastify by their status; a bug of ours has none and says nothing of itself.
 */
function errorOfStatus(status: number, cause: ErrorDetails): DomainError {
  switch (status) {
    case 404:
      return httpErrors.notFound('There is nothing at this address.', cause);
    case 408:
      return httpErrors.requestTimeout('The request did not arrive in time.', cause);
    case 413:
      return httpErrors.bodyTooLarge('The body is larger than this address takes.', cause);
    case 414:
      return httpErrors.uriTooLong('A part of the path is too long.', cause);
    case 415:
      return httpErrors.unsupportedMediaType('The Content-Type is not one.', cause);
    case 503:
      return httpErrors.unavailable('The program is starting or stopping.', {
        ...cause,
        retryAfterSeconds: 1,
      });
  }
  if (status >= 400 && status < 500) {
    return httpErrors.malformedRequest('The request cannot be understood.', cause);
  }
  return httpErrors.internal(faultDetail, cause);
}

function statusOf(error: unknown): number {
  // Only Fastify's own errors may choose a status: other libraries' errors are bugs at this place.
  const ours = stringProperty(error, 'code')?.startsWith('FST_ERR_') ?? false;
  const status = ours && error instanceof Error && 'statusCode' in error ? error.statusCode : 500;
  return typeof status === 'number' ? status : 500;
}

function stringProperty(error: unknown, name: 'code'): string | undefined {
  if (!(error instanceof Error) || !(name in error)) return undefined;
  return typeof error[name] === 'string' ? error[name] : undefined;
}
