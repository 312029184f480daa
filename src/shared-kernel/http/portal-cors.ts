import type { FastifyInstance } from 'fastify';

const portalPath = '/v1/portal/';
const preflightMaxAgeSeconds = 600;
const answerHeaders = 'etag, location, retry-after, traceparent, idempotency-replayed';
const requestHeaders = 'authorization, content-type, idempotency-key, if-match';

/**
 * Lets pages of these origins call the portal from a browser (https://fetch.spec.whatwg.org, CORS),
 * and nothing else. A portal token goes in a header, so no credentials of the browser are allowed.
 */
export function allowPortalOrigins(
  instance: FastifyInstance,
  portalOrigins: readonly string[],
): void {
  if (portalOrigins.length === 0) return;
  const allowed = new Set(portalOrigins);
  instance.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    if (!request.url.startsWith(portalPath)) {
      done();
      return;
    }
    void reply.header('vary', 'origin');
    if (origin === undefined || !allowed.has(origin)) {
      done();
      return;
    }
    void reply.header('access-control-allow-origin', origin);
    void reply.header('access-control-expose-headers', answerHeaders);
    const isPreflight =
      request.method === 'OPTIONS' &&
      request.headers['access-control-request-method'] !== undefined;
    if (!isPreflight) {
      done();
      return;
    }
    void reply
      .code(204)
      .headers({
        'access-control-allow-methods': 'GET, POST, PATCH, DELETE',
        'access-control-allow-headers': requestHeaders,
        'access-control-max-age': preflightMaxAgeSeconds,
      })
      .send();
  });
}
