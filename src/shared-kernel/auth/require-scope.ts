import { SetMetadata } from '@nestjs/common';
import { type PortalPermission, portalPermissions } from './portal-token.js';
import type { Scope } from './scopes.js';

/** What a route of the portal asks of the portal token. */
type PortalRule = `portal:${PortalPermission}`;

/** What a route asks of its caller; `metrics` is `public` or `viewer`, as METRICS_PUBLIC says. */
export type AccessRule = Scope | PortalRule | 'public' | 'metrics';

const accessKey = Symbol('access rule');

/** States what a controller, or one of its methods, asks of the caller. */
export function RequireScope(rule: AccessRule): ClassDecorator & MethodDecorator {
  return SetMetadata(accessKey, rule);
}

/** The permission of a portal token that a rule asks for; undefined for any other rule. */
export function portalPermissionOf(rule: AccessRule): PortalPermission | undefined {
  return portalPermissions.find((permission) => rule === `portal:${permission}`);
}

/**
 * Lets everybody in: for addresses that know their callers by other means, or have nothing to
 * hide.
 */
export function Public(): ClassDecorator & MethodDecorator {
  return RequireScope('public');
}

/**
 * What a route asks for. One that says nothing is for admins only, so that a forgotten rule is no
 * hole.
 */
export function accessRuleOf(handler: object, controller: object): AccessRule {
  const rule: unknown =
    Reflect.getMetadata(accessKey, handler) ?? Reflect.getMetadata(accessKey, controller);
  return (rule as AccessRule | undefined) ?? 'admin';
}
