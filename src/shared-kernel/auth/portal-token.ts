import { z } from 'zod';
import { hashOfSecret } from './api-key.js';

/** What a portal token may do, each on the endpoints that it is for. */
export const portalPermissions = ['read', 'manage', 'secrets', 'send'] as const;

export type PortalPermission = (typeof portalPermissions)[number];

/** Endpoints that one token can name; a token for more is for all of the tenant. */
const endpointsMax = 20;

export const portalPermissionsSchema = z
  .array(z.enum(portalPermissions))
  .min(1)
  .max(portalPermissions.length)
  .describe(
    '`read`: see endpoints, event types, deliveries. `manage`: create, change, delete endpoints. ' +
      '`secrets`: see and rotate their secrets. `send`: test, retry, replay.',
  );

/** Null: all endpoints of the tenant, those to come among them. */
export const portalEndpointsSchema = z.array(z.string().max(100)).min(1).max(endpointsMax);

/** A portal token as it is stored: of its secret there is only the hash. */
export interface PortalToken {
  readonly id: string;
  readonly tenant: string;
  /** Null for all endpoints of the tenant. */
  readonly endpointIds: readonly string[] | null;
  readonly permissions: readonly PortalPermission[];
  readonly secretHash: string;
  /** The API key that made it. */
  readonly madeBy: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly revokedAtMs: number | null;
}

/** 256 bits, as those of API keys. */
export const portalSecretBytes = 32;

const valuePattern = /^sbp_([0-9a-f]{32})_([\w-]{43})$/;

/**
 * The value of a token: `sbp_<id>_<secret>`.
 *
 * @param id `ptk_` and 32 hex digits
 */
export function portalTokenValue(id: string, secret: Uint8Array): string {
  return `sbp_${id.slice('ptk_'.length)}_${Buffer.from(secret).toString('base64url')}`;
}

/** Id of the token with this value and the hash of its secret; undefined when it is none. */
export function parsePortalToken(value: string): { id: string; secretHash: string } | undefined {
  const [, id, secret] = valuePattern.exec(value) ?? [];
  if (id === undefined || secret === undefined) return undefined;
  return { id: `ptk_${id}`, secretHash: hashOfSecret(secret) };
}
