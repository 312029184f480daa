import type { IncomingMessage } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { authErrors } from './auth-errors.js';
import type { Scope } from './scopes.js';

/** Who sent a request to the portal, proven by a portal token. */
export interface PortalCaller {
  readonly tokenId: string;
  readonly tenant: string;
  /** The only endpoints that the token is for; null for all of the tenant. */
  readonly endpointIds: readonly string[] | null;
}

/** Who sent a request, proven by an API key or, at the portal, by a portal token. */
export interface ApiCaller {
  /** Id of the key, or of the portal token. */
  readonly keyId: string;
  /** The tenant that the request acts in. */
  readonly tenant: string;
  /** True for a key of the operator, which acts in any tenant. */
  readonly operator: boolean;
  /** `portal`: none of the scopes of keys. */
  readonly scope: Scope | 'portal';
  /** What a portal token is for; undefined for a key. */
  readonly portal?: PortalCaller;
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

/** Gives a controller's method the `PortalCaller` of the request. */
export const Portal = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const caller = findCaller(context.switchToHttp().getRequest<FastifyRequest>());
  if (caller?.portal === undefined) throw authErrors.missingKey('This needs a portal token.');
  return caller.portal;
});
