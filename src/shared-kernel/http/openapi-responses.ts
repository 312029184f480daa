import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import type { ZodOpenApiResponsesObject } from 'zod-openapi';
import { authErrors } from '#shared-kernel/auth/auth-errors.js';
import { portalPermissionOf } from '#shared-kernel/auth/require-scope.js';
import type { ErrorFactory } from '#shared-kernel/domain/domain-error.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import type { BodyForm } from './answers.decorator.js';
import { httpErrors } from './http-errors.js';
import { problemMediaType, problemSchema } from './problem.js';
import type { ScannedRoute } from './route-scan.js';

type StatusCode = `${1 | 2 | 3 | 4 | 5}${string}`;

/** The answers that a route declares, and the problems that it can end in. */
export function responsesOf(route: ScannedRoute, needsKey: boolean): ZodOpenApiResponsesObject {
  const responses: ZodOpenApiResponsesObject = {};
  for (const [status, errors] of errorsByStatus(route, needsKey)) {
    responses[keyOf(status)] = {
      description: errors
        .map(({ code, definition }) => `\`${code}\`: ${definition.title}.`)
        .join('\n\n'),
      content: { [problemMediaType]: { schema: problemSchema } },
    };
  }
  for (const [status, form] of Object.entries(route.answers?.forms ?? {})) {
    const description = STATUS_CODES[status] ?? status;
    responses[keyOf(Number(status))] = { description, ...contentOf(form) };
  }
  return responses;
}

function contentOf(form: BodyForm) {
  if (form === null) return {};
  if (form instanceof z.ZodType) return { content: { 'application/json': { schema: form } } };
  const { mediaType, description } = form;
  return { content: { [mediaType]: {} }, ...(description === undefined ? {} : { description }) };
}

function errorsByStatus(route: ScannedRoute, needsKey: boolean): Map<number, ErrorFactory[]> {
  const errors = [...(route.answers?.notes.errors ?? []), ...commonErrors(route, needsKey)];
  return Map.groupBy(new Set(errors), ({ definition }) => definition.status);
}

function accessErrors({ rule }: ScannedRoute): ErrorFactory[] {
  const { missingKey, invalidKey, insufficientScope } = authErrors;
  return portalPermissionOf(rule) === undefined
    ? [missingKey, invalidKey, insufficientScope]
    : [missingKey, authErrors.invalidPortalToken, authErrors.portalPermissionMissing];
}

/** What the edge itself can answer before or after the route's own work. */
function commonErrors(route: ScannedRoute, needsKey: boolean): ErrorFactory[] {
  const { method, body, query, pathParameters, answers } = route;
  const checked =
    body !== undefined || query !== undefined || Object.keys(pathParameters).length > 0;
  const takesBody = body !== undefined || answers?.notes.accepts !== undefined;
  return [
    ...(checked ? [httpErrors.invalidRequest] : []),
    ...(body === undefined ? [] : [httpErrors.malformedJson, httpErrors.unsupportedMediaType]),
    ...(takesBody ? [httpErrors.bodyTooLarge] : []),
    ...(needsKey ? accessErrors(route) : []),
    ...(needsKey && method === 'post'
      ? [httpErrors.idempotencyConflict, httpErrors.idempotencyMismatch]
      : []),
    httpErrors.internal,
    storageErrors.unavailable,
  ];
}

function keyOf(status: number): StatusCode {
  return `${status}` as StatusCode;
}
