import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Get, Header, Param, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Answers } from './answers.decorator.js';
import { AsyncApi } from './asyncapi.js';
import { httpErrors } from './http-errors.js';
import { OpenApi } from './openapi.js';

/** Swagger UI from its package: no other host is asked for anything. */
const assetsFolder = dirname(
  createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'),
);
const assetTypes: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};
const startScript = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true });\n`;
const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Signalbox API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
`;
/** Swagger UI sets styles on its elements; scripts come from files only. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
const tags = ['Documentation'];

/** The API reference: as a document for tools, and as a page for people. */
@Controller()
export class DocsController {
  constructor(
    private readonly openApi: OpenApi,
    private readonly asyncApi: AsyncApi,
  ) {}

  @Get('openapi.json')
  @Answers(
    { 200: { mediaType: 'application/json', description: 'The OpenAPI 3.1 document.' } },
    { summary: 'This document', scope: 'public', tags },
  )
  document(): object {
    return this.openApi.document();
  }

  @Get('asyncapi.json')
  @Answers(
    { 200: { mediaType: 'application/json', description: 'The AsyncAPI 3 document.' } },
    { summary: 'The messages between the modules', scope: 'public', tags },
  )
  messages(): object {
    return this.asyncApi.document();
  }

  @Get('docs')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', contentSecurityPolicy)
  @Header('x-content-type-options', 'nosniff')
  @Answers(
    { 200: { mediaType: 'text/html' } },
    { summary: 'The API reference as a page', scope: 'public', tags },
  )
  page(): string {
    return page;
  }

  @Get('docs/:asset')
  @Header('x-content-type-options', 'nosniff')
  @Header('cache-control', 'public, max-age=3600')
  @Answers(
    { 200: { mediaType: '*/*', description: 'The file.' } },
    { summary: 'A file of the page', scope: 'public', errors: [httpErrors.notFound], tags },
  )
  asset(
    @Param('asset') asset: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | StreamableFile {
    if (asset === 'start.js') {
      void reply.type('text/javascript; charset=utf-8');
      return startScript;
    }
    const type = Object.hasOwn(assetTypes, asset) ? assetTypes[asset] : undefined;
    if (type === undefined) throw httpErrors.notFound('The page has no such file.');
    return new StreamableFile(createReadStream(join(assetsFolder, asset)), { type });
  }
}
