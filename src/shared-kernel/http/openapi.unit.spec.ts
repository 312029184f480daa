import { Body, Controller, Get, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type HttpApp, jsonOf, startHttpApp } from '../../../test/support/http-app.js';
import { Answers } from './answers.decorator.js';
import { httpErrors } from './http-errors.js';
import { pageQuery, pageSchema } from './paging.js';

const boxSchema = z.object({ id: z.string(), size: z.int().min(1) }).meta({ id: 'Box' });
const boxBody = z.strictObject({ size: z.int().min(1) });
const tags = ['Boxes'];

@Controller('v1/boxes')
class BoxesController {
  @Post()
  @Answers({ 201: boxSchema }, { summary: 'Make a box', scope: 'operator', tags })
  create(@Body({ schema: boxBody }) body: z.output<typeof boxBody>) {
    return { id: 'box', ...body };
  }

  @Get()
  @Answers({ 200: pageSchema(boxSchema) }, { summary: 'List boxes', scope: 'viewer', tags })
  list(@Query({ schema: z.object(pageQuery) }) _query: unknown) {
    return { items: [], next: null };
  }

  @Patch(':id')
  @Answers(
    { 200: boxSchema },
    {
      summary: 'Change a box',
      description: 'As a merge patch.',
      scope: 'operator',
      errors: [httpErrors.preconditionFailed],
      tags,
    },
  )
  patch(@Param('id', { schema: z.string().max(9) }) id: string, @Body() _body: unknown) {
    return { id, size: 1 };
  }

  @Post(':id/photo')
  @Answers(
    { 202: null },
    {
      summary: 'Send a photo',
      scope: 'public',
      accepts: { 'image/png': 'bytes', 'application/json': boxBody },
    },
  )
  photo(@Param('id') _id: string, @Req() _request: FastifyRequest): void {}

  @Get(['plain', 'simple'])
  plain() {
    return {};
  }
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: { name: string; in: string; required?: boolean; schema: object }[];
  readonly requestBody?: { content: Record<string, { schema?: object }> };
  readonly responses: Record<string, { content?: Record<string, { schema?: object }> }>;
  readonly [member: string]: unknown;
}

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, object> };
  readonly [member: string]: unknown;
}

/** Every value in the document that has this key. */
function* valuesOf(key: string, node: unknown): Generator<unknown> {
  if (typeof node !== 'object' || node === null) return;
  for (const [name, value] of Object.entries(node)) {
    if (name === key) yield value;
    yield* valuesOf(key, value);
  }
}

describe('the OpenAPI document', () => {
  let http: HttpApp;
  let document: Document;
  let operations: [string, string, Operation][];

  beforeAll(async () => {
    http = await startHttpApp({ controllers: [BoxesController] });
    document = await jsonOf(await fetch(`${http.url}/openapi.json`));
    operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]): [string, string, Operation] => [
        path,
        method,
        operation,
      ]),
    );
  });
  afterAll(() => http.close());

  it('states its version and how to authenticate', () => {
    expect(document).toMatchObject({
      openapi: '3.1.1',
      info: { title: 'Signalbox', version: '1.2.3', license: { identifier: 'MIT' } },
      servers: [{ url: 'http://localhost:3000' }],
      security: [{ apiKey: [] }],
      components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } } },
    });
    expect(document['tags']).toContainEqual({ name: 'Boxes' });
  });

  it('has every route of the program, and no other', () => {
    const served = http.app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
    const routes = new Set<string>();
    const parents: string[] = [];
    for (const line of served.split('\n')) {
      const found = /^(?<indent>[│ ]*)[├└]── (?<part>\S+?)(?: \((?<methods>[A-Z, ]+)\))?$/u.exec(
        line,
      );
      if (found?.groups === undefined) continue;
      const { indent = '', part = '', methods = '' } = found.groups;
      const depth = indent.length / 4;
      parents.splice(depth, parents.length, part);
      const path = parents.join('').replace(/:(\w+)/g, '{$1}');
      for (const method of methods.split(', ')) {
        if (method !== '' && method !== 'HEAD') routes.add(`${method} ${path}`);
      }
    }
    const documented = operations.map(([path, method]) => `${method.toUpperCase()} ${path}`);
    expect(new Set(documented)).toEqual(routes);
    expect(documented.length).toBeGreaterThan(10);
  });

  it('has references that lead somewhere and schemas that are JSON Schema 2020-12', () => {
    for (const reference of valuesOf('$ref', document)) {
      const [, name] = /^#\/components\/schemas\/(\w+)$/.exec(String(reference)) ?? [];
      expect(Object.keys(document.components.schemas)).toContain(name);
    }
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    for (const schema of valuesOf('schema', document.paths)) {
      expect(() =>
        ajv.compile({ ...Object(schema), components: document.components }),
      ).not.toThrow();
    }
  });

  it('has unique operation ids, declared path parameters, and at least one answer each', () => {
    const ids = operations.map(([, , { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [path, , operation] of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? []).filter(({ in: place }) => place === 'path');
      expect(declared.map(({ name }) => name)).toEqual(inPath);
      expect(declared.every(({ required }) => required === true)).toBe(true);
      expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
    }
  });

  it('takes bodies, queries and answers from the schemas that check them', () => {
    const create = document.paths['/v1/boxes']?.['post'];
    expect(create?.requestBody?.content['application/json']?.schema).toMatchObject({
      properties: { size: { type: 'integer', minimum: 1 } },
      additionalProperties: false,
    });
    expect(create?.responses['201']?.content?.['application/json']?.schema).toEqual({
      $ref: '#/components/schemas/Box',
    });
    expect(create?.parameters?.map(({ name }) => name)).toEqual(['Idempotency-Key']);
    const list = document.paths['/v1/boxes']?.['get'];
    expect(list?.parameters?.map(({ name }) => name)).toEqual(['limit', 'cursor']);
    expect(list?.parameters?.[0]?.schema).toMatchObject({ maximum: 200, default: 50 });
    expect(list?.['description']).toBe('Needs an API key with the scope `viewer`.');
  });

  it('lists the errors of a route with their codes, as problem documents', () => {
    const responses = document.paths['/v1/boxes/{id}']?.['patch']?.responses ?? {};
    expect(Object.keys(responses)).toEqual(['200', '400', '401', '403', '412', '500', '503']);
    expect(responses['412']).toEqual({
      description: expect.stringContaining('`http.precondition-failed`'),
      content: {
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      },
    });
  });

  it('knows raw bodies, empty answers, public routes and routes that say nothing', () => {
    const photo = document.paths['/v1/boxes/{id}/photo']?.['post'];
    expect(photo).toMatchObject({
      security: [],
      requestBody: { content: { 'image/png': {}, 'application/json': {} } },
      responses: { 202: { description: 'Accepted' } },
    });
    expect(photo?.responses['401']).toBeUndefined();
    expect(photo?.responses['413']).toBeDefined();
    const plain = document.paths['/v1/boxes/plain']?.['get'];
    expect(plain).toMatchObject({ operationId: 'Boxes.plain', summary: 'Boxes.plain' });
    expect(plain?.['description']).toContain('`admin`');
    expect(document.paths['/v1/boxes/simple']?.['get']?.operationId).toBe('Boxes.plain2');
  });

  it('is shown by a page that asks no other host', async () => {
    const page = await fetch(`${http.url}/docs`);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await page.text();
    expect(html).not.toMatch(/https?:\/\//);
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file);
    expect(files).toHaveLength(4);
    const types: Record<string, RegExp> = {
      css: /^text\/css/,
      js: /^text\/javascript/,
      png: /^image\/png/,
    };
    for (const file of files) {
      const asset = await fetch(http.url + file);
      expect(asset.status).toBe(200);
      expect(asset.headers.get('content-type')).toMatch(
        types[file.split('.').at(-1) ?? ''] ?? /never/,
      );
      expect((await asset.arrayBuffer()).byteLength).toBeGreaterThan(50);
    }
  });

  it('has no page for other files of the package or the machine', async () => {
    for (const asset of ['package.json', '..%2F..%2Fpackage.json', '__proto__', 'index.html']) {
      const response = await fetch(`${http.url}/docs/${asset}`);
      expect((await jsonOf(response)).code).toBe('http.not-found');
    }
  });
});
