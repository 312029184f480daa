import type { IncomingMessage } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { authErrors } from './auth-errors.js';
import type { Scope } from './scopes.js';

/** Who sent a request, proven by an API key. */
export interface ApiCaller {
  readonly keyId: string;
  /** The tenant that the request acts in. */
  readonly tenant: string;
  /** True for a key of the operator, which acts in any tenant. */
  readonly operator: boolean;
  readonly scope: Scope;
}

const callers = new WeakMap<IncomingMessage, ApiCaller>();

export function rememberCaller(request: FastifyRequest, caller: ApiCaller): void {
  callers.set(request.raw, caller);
}

/** The caller of a request; undefined on a public route. */
export function findCaller(request: FastifyRequest): ApiCaller | undefined {
  return callers.get(request.raw);
}

/** Gives a controller's method the `ApiCaller` of the request. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const caller = findCaller(context.switchToHttp().getRequest<FastifyRequest>());
  if (caller === undefined) throw authErrors.missingKey('This address needs an API key.');
  return caller;
});
