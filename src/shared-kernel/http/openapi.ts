import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiRequestBodyObject,
} from 'zod-openapi';
import type { PortalPermission } from '#shared-kernel/auth/portal-token.js';
import { type AccessRule, portalPermissionOf } from '#shared-kernel/auth/require-scope.js';
import { Settings } from '#shared-kernel/config/settings.js';
import { responsesOf } from './openapi-responses.js';
import { RouteScan, type ScannedRoute } from './route-scan.js';

export const programVersion = Symbol('version of the program');

const idempotencyHeader = z.object({
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'A request that is repeated with its key gets the first answer and no second effect.',
    ),
});

/** Builds the OpenAPI 3.1 document from what the controllers declare; nothing is written twice. */
@Injectable()
export class OpenApi {
  private built: object | undefined;

  constructor(
    private readonly scan: RouteScan,
    private readonly settings: Settings,
    @Inject(programVersion) private readonly version: string,
  ) {}

  document(): object {
    this.built ??= this.build(this.scan.routes());
    return this.built;
  }

  private build(routes: readonly ScannedRoute[]): object {
    const paths: ZodOpenApiPathsObject = {};
    for (const route of routes) {
      paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
    }
    const tags = new Set(routes.flatMap(({ answers }) => answers?.notes.tags ?? []));
    return createDocument({
      openapi: '3.1.1',
      info: {
        title: 'Signalbox',
        version: this.version,
        description: 'A self-hosted event gateway.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: this.settings.publicUrl }],
      security: [{ apiKey: [] }],
      tags: [...tags].sort().map((name) => ({ name })),
      paths,
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: `sbx_…`.' },
          portalToken: { type: 'http', scheme: 'bearer', description: 'A portal token: `sbp_…`.' },
        },
      },
    });
  }
}

function operationOf(route: ScannedRoute): ZodOpenApiOperationObject {
  const { id, rule, pathParameters, query } = route;
  const notes = route.answers?.notes;
  const open = rule === 'public' || rule === 'metrics';
  const permission = portalPermissionOf(rule);
  const needs = open ? [] : [needOf(rule, permission)];
  const requestBody = requestBodyOf(route);
  return {
    operationId: id,
    summary: notes?.summary ?? id,
    description: [notes?.description, ...needs].filter(Boolean).join('\n\n'),
    ...(notes?.tags === undefined ? {} : { tags: [...notes.tags] }),
    ...(open ? { security: [] } : {}),
    ...(permission === undefined ? {} : { security: [{ portalToken: [] }] }),
    requestParams: {
      ...(Object.keys(pathParameters).length > 0 ? { path: z.object(pathParameters) } : {}),
      ...(query === undefined ? {} : { query }),
      ...(route.method === 'post' && !open ? { header: idempotencyHeader } : {}),
    },
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: responsesOf(route, !open),
  };
}

function needOf(rule: AccessRule, permission: PortalPermission | undefined): string {
  return permission === undefined
    ? `Needs an API key with the scope \`${rule}\`.`
    : `Needs a portal token with the permission \`${permission}\`.`;
}

function requestBodyOf({ body, answers }: ScannedRoute): ZodOpenApiRequestBodyObject | undefined {
  const accepts = answers?.notes.accepts;
  if (accepts !== undefined) {
    const content: Record<string, { schema?: z.ZodType }> = {};
    for (const [mediaType, form] of Object.entries(accepts)) {
      // Bytes have no schema in OpenAPI 3.1: the media type says it all.
      content[mediaType] = form === 'bytes' ? {} : { schema: form };
    }
    return { required: true, content };
  }
  if (body === undefined) return undefined;
  return { required: true, content: { 'application/json': { schema: body } } };
}
