import { authErrors } from '#shared-kernel/auth/auth-errors.js';
import { runInContext } from '#shared-kernel/observability/message-context.js';
import { httpErrors } from './http-errors.js';
import { domainErrorOf, problemHeaders, problemOf, problemSchema } from './problem.js';

const errorWith = (members: object) => Object.assign(new Error('secret detail'), members);

describe('a problem', () => {
  it('is a document of RFC 9457 with code, trace and fields', () => {
    const error = httpErrors.invalidRequest('name: is missing.', {
      fields: [{ path: 'name', fault: 'is missing' }],
    });
    const context = {
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      spanId: '00f067aa0ba902b7',
      sampled: false,
      correlationId: 'c',
      causationId: null,
      hops: 0,
      module: null,
    };
    const problem = runInContext(context, () => problemOf(error));
    expect(problemSchema.parse(problem)).toEqual({
      type: 'urn:signalbox:error:http.invalid-request',
      title: 'The request does not fit its schema',
      status: 400,
      detail: 'name: is missing.',
      code: 'http.invalid-request',
      traceId: context.traceId,
      fields: [{ path: 'name', fault: 'is missing' }],
    });
  });

  it('of a fault of the program keeps its code and says nothing of what is inside', () => {
    const fields = [{ path: 'inside', fault: 'is wrong' }];
    const problem = problemOf(
      authErrors.secretUnreadable('The key of /data is wrong.', { fields }),
    );
    expect(problem).toEqual({
      type: 'urn:signalbox:error:auth.secret-unreadable',
      title: 'A stored secret cannot be read',
      status: 500,
      detail: 'The program failed on this request.',
      code: 'auth.secret-unreadable',
    });
  });

  it.each([
    ['FST_ERR_CTP_BODY_TOO_LARGE', 413, 'http.body-too-large'],
    ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 400, 'http.malformed-request'],
    ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 415, 'http.unsupported-media-type'],
    ['FST_ERR_MAX_PARAM_LENGTH', 414, 'http.uri-too-long'],
    ['FST_ERR_NOT_FOUND', 404, 'http.not-found'],
    ['FST_ERR_OTHER', 413, 'http.body-too-large'],
    ['FST_ERR_SLOW', 408, 'http.request-timeout'],
    ['FST_ERR_CLOSING', 503, 'http.unavailable'],
    ['FST_ERR_BROKEN', 500, 'http.internal'],
  ])('is made of the Fastify error %s (%d)', (code, statusCode, expected) => {
    const error = errorWith({ code, statusCode });
    const known = domainErrorOf(error);
    expect(known.code).toBe(expected);
    expect(known.cause).toBe(error);
    expect(known.message).not.toContain('secret');
  });

  it('takes a status from nobody but Fastify and Nest', () => {
    const strangers = [
      errorWith({ statusCode: 404 }),
      errorWith({ code: 'EACCES', statusCode: 403 }),
      errorWith({ code: 7 }),
      errorWith({ code: 'FST_ERR_X', statusCode: 'x' }),
      'text',
      undefined,
      null,
    ];
    for (const error of strangers) expect(domainErrorOf(error).code).toBe('http.internal');
  });

  it('challenges callers without a good key as RFC 6750 says', () => {
    const challengeOf = (error: Parameters<typeof problemHeaders>[0]) =>
      problemHeaders(error)['www-authenticate'];
    expect(challengeOf(authErrors.missingKey('x'))).toBe('Bearer realm="signalbox"');
    expect(challengeOf(authErrors.invalidKey('x'))).toContain('error="invalid_token"');
    expect(challengeOf(authErrors.insufficientScope('x'))).toContain('insufficient_scope');
    expect(challengeOf(authErrors.keyNotFound('x'))).toBeUndefined();
  });
});
