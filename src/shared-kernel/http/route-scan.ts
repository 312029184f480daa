import { Injectable, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { ModulesContainer } from '@nestjs/core';
import { z } from 'zod';
import { type AccessRule, accessRuleOf } from '#shared-kernel/auth/require-scope.js';
import { answersOf, type RouteAnswers } from './answers.decorator.js';

/** One route of a controller, as its decorators describe it. */
export interface ScannedRoute {
  /** Lower case. */
  readonly method: string;
  /** With parameters in braces: `/v1/api-keys/{id}`. */
  readonly path: string;
  /** Controller and method: `ApiKeys.create`. */
  readonly id: string;
  readonly rule: AccessRule;
  readonly answers: RouteAnswers | undefined;
  readonly pathParameters: Readonly<Record<string, z.ZodType>>;
  readonly query: z.ZodObject | undefined;
  readonly body: z.ZodType | undefined;
}

const argumentKinds: Readonly<Record<'body' | 'query' | 'param', number>> = {
  body: RouteParamtypes.BODY,
  query: RouteParamtypes.QUERY,
  param: RouteParamtypes.PARAM,
};

/** Nest keeps the arguments of a route as `<kind>:<index>` with this beside each. */
const argumentSchema = z.object({
  data: z.string().optional().catch(undefined),
  schema: z.instanceof(z.ZodType).optional().catch(undefined),
});

/** Finds the routes of all controllers of the running program. */
@Injectable()
export class RouteScan {
  constructor(private readonly modules: ModulesContainer) {}

  routes(): ScannedRoute[] {
    const controllers = [...this.modules.values()].flatMap((module) => [
      ...module.controllers.values(),
    ]);
    return controllers
      .flatMap(({ metatype }) => (typeof metatype === 'function' ? routesOf(metatype) : []))
      .sort((one, other) => (one.path < other.path ? -1 : 1));
  }
}

function routesOf(controller: object): ScannedRoute[] {
  if (!('prototype' in controller) || !('name' in controller)) return [];
  const prototype = controller.prototype as Record<string, unknown>;
  const name = String(controller.name).replace(/Controller$/, '');
  return Object.getOwnPropertyNames(prototype).flatMap((methodName) => {
    const handler = prototype[methodName];
    if (typeof handler !== 'function') return [];
    const method: unknown = Reflect.getMetadata(METHOD_METADATA, handler);
    if (typeof method !== 'number') return [];
    const { pathParameters, query, body } = argumentsOf(controller, methodName);
    return pathsOf(controller, handler).map((path, index) => ({
      method: (RequestMethod[method] ?? 'get').toLowerCase(),
      path,
      id: `${name}.${methodName}${index === 0 ? '' : index + 1}`,
      rule: accessRuleOf(handler, controller),
      answers: answersOf(handler),
      pathParameters: { ...defaultsOf(path), ...pathParameters },
      query,
      body,
    }));
  });
}

function argumentsOf(controller: object, methodName: string) {
  const metadata: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, methodName);
  const pathParameters: Record<string, z.ZodType> = {};
  let query: z.ZodObject | undefined;
  let body: z.ZodType | undefined;
  for (const [key, value] of Object.entries(metadata ?? {})) {
    const { data, schema } = argumentSchema.parse(value);
    if (schema === undefined) continue;
    const kind = Number(key.split(':')[0]);
    if (kind === argumentKinds.body) body = schema;
    else if (kind === argumentKinds.query && schema instanceof z.ZodObject) query = schema;
    else if (kind === argumentKinds.param && data !== undefined) pathParameters[data] = schema;
  }
  return { pathParameters, query, body };
}

function pathsOf(controller: object, handler: object): string[] {
  const prefixes = listOf(Reflect.getMetadata(PATH_METADATA, controller));
  const paths = listOf(Reflect.getMetadata(PATH_METADATA, handler));
  return prefixes.flatMap((prefix) =>
    paths.map((path) => {
      const whole = `/${prefix}/${path}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
      return whole.replace(/:(\w+)/g, '{$1}');
    }),
  );
}

function listOf(paths: unknown): string[] {
  return (Array.isArray(paths) ? paths : [paths]).map((path) => String(path ?? ''));
}

/** A parameter without a schema of its own is any text. */
function defaultsOf(path: string): Record<string, z.ZodType> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return Object.fromEntries(names.map((name) => [name, z.string()]));
}
