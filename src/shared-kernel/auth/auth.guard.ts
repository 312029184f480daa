import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Settings } from '#shared-kernel/config/settings.js';
import { DomainError } from '#shared-kernel/domain/domain-error.js';
import { httpErrors } from '#shared-kernel/http/http-errors.js';
import type { ApiKey } from './api-key-store.js';
import { authErrors } from './auth-errors.js';
import { type ApiCaller, rememberCaller } from './caller.js';
import { KeyVerifier } from './key-verifier.js';
import type { PortalPermission, PortalToken } from './portal-token.js';
import { PortalVerifier } from './portal-verifier.js';
import { accessRuleOf, portalPermissionOf } from './require-scope.js';
import { type Scope, scopeIncludes } from './scopes.js';
import { defaultTenant, tenantSchema } from './tenant.js';

const bearer = /^Bearer +(\S{1,200}) *$/i;
/** Names the tenant that a request with a key of the operator acts in. */
const tenantHeader = 'signalbox-tenant';

/** Lets a request through when its API key has the scope that the route asks for. */
@Injectable()
export class AuthGuard implements CanActivate {
  private readonly metricsRule: Scope | 'public';

  constructor(
    private readonly verifier: KeyVerifier,
    private readonly portal: PortalVerifier,
    settings: Settings,
  ) {
    this.metricsRule = settings.metricsPublic ? 'public' : 'viewer';
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const stated = accessRuleOf(context.getHandler(), context.getClass());
    const rule = stated === 'metrics' ? this.metricsRule : stated;
    if (rule === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const permission = portalPermissionOf(rule);
    if (permission !== undefined) return this.admitToPortal(request, permission);
    // No rule is left but a scope.
    const scope = rule as Scope;
    const key = this.verifier.verify(keyValueOf(request));
    if (key instanceof Promise) return key.then((found) => admit(request, found, scope));
    return admit(request, key, scope);
  }

  private async admitToPortal(request: FastifyRequest, needed: PortalPermission): Promise<true> {
    const token = await this.portal.verify(keyValueOf(request));
    if (token === undefined) {
      throw authErrors.invalidPortalToken('The token is unknown, wrong, revoked or over.');
    }
    if (!token.permissions.includes(needed)) {
      throw authErrors.portalPermissionMissing(`This needs the permission ${needed}.`);
    }
    rememberCaller(request, portalCallerOf(token));
    return true;
  }
}

function keyValueOf({ headers }: FastifyRequest): string {
  const { authorization } = headers;
  if (authorization === undefined) {
    throw authErrors.missingKey('The request has no Authorization header.');
  }
  const value = bearer.exec(authorization)?.[1];
  if (value === undefined) throw invalidKey();
  return value;
}

function admit(request: FastifyRequest, key: ApiKey | undefined, required: Scope): true {
  if (key === undefined) throw invalidKey();
  if (!scopeIncludes(key.scope, required)) {
    throw authErrors.insufficientScope(
      `This needs the scope ${required}; the key has ${key.scope}.`,
    );
  }
  rememberCaller(request, callerOf(key, request.headers[tenantHeader]));
  return true;
}

function callerOf(key: ApiKey, tenantAsked: string | string[] | undefined): ApiCaller {
  const { id, scope, tenant } = key;
  if (tenantAsked === undefined) {
    return { keyId: id, tenant: tenant ?? defaultTenant, operator: tenant === null, scope };
  }
  const asked = tenantSchema.safeParse(tenantAsked);
  if (!asked.success) {
    const fields = [{ path: 'Signalbox-Tenant', fault: 'is not a name of a tenant' }];
    throw httpErrors.invalidRequest('The header Signalbox-Tenant is wrong.', { fields });
  }
  if (tenant !== null && tenant !== asked.data) {
    throw authErrors.tenantForbidden(`The key acts in the tenant ${tenant} only.`);
  }
  return { keyId: id, tenant: asked.data, operator: tenant === null, scope };
}

function portalCallerOf({ id, tenant, endpointIds }: PortalToken): ApiCaller {
  const portal = { tokenId: id, tenant, endpointIds };
  return { keyId: id, tenant, operator: false, scope: 'portal', portal };
}

/** One error for all faults: which part of a key was wrong is nobody's business. */
function invalidKey(): DomainError {
  return authErrors.invalidKey('The API key is unknown, wrong or revoked.');
}
