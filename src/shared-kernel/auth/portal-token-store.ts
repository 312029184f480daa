import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Retains } from '#shared-kernel/messaging/retention/retains.js';
import { compiled, prepared, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { absent, exactlyOne } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import {
  portalEndpointsSchema,
  portalPermissionsSchema,
  type PortalToken,
} from './portal-token.js';

interface PortalTokenTable {
  id: string;
  tenant: string;
  /** JSON, null for all endpoints. */
  endpoint_ids: string | null;
  /** JSON. */
  permissions: string;
  secret_hash: string;
  made_by: string;
  created_at_ms: number;
  expires_at_ms: number;
  revoked_at_ms: number | null;
}

const rowSchema = z
  .object({
    id: z.string(),
    tenant: z.string(),
    endpoint_ids: z.string().nullable(),
    permissions: z.string(),
    secret_hash: z.string(),
    made_by: z.string(),
    created_at_ms: z.number(),
    expires_at_ms: z.number(),
    revoked_at_ms: z.number().nullable(),
  })
  .transform((row): PortalToken => ({
    id: row.id,
    tenant: row.tenant,
    endpointIds:
      row.endpoint_ids === null ? null : portalEndpointsSchema.parse(JSON.parse(row.endpoint_ids)),
    permissions: portalPermissionsSchema.parse(JSON.parse(row.permissions)),
    secretHash: row.secret_hash,
    madeBy: row.made_by,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    revokedAtMs: row.revoked_at_ms,
  }));

interface ListQuery {
  readonly tenant: string;
  /** Only tokens with a smaller id, which are older. */
  readonly before: string | undefined;
  readonly limit: number;
}

/** The table of portal tokens. */
@Injectable()
@Retains({ forgets: [{ table: 'portal_token', key: ['id'], since: 'expires_at_ms' }] })
export class PortalTokenStore {
  private readonly db;
  private readonly byId;

  constructor(private readonly store: Store) {
    this.db = queryBuilder<{ portal_token: PortalTokenTable }>(store.dialect);
    this.byId = prepared<{ id: string }>((p) =>
      this.db.selectFrom('portal_token').selectAll().where('id', '=', p('id')),
    );
  }

  async find(id: string): Promise<PortalToken | undefined> {
    const row = await this.store.find(this.byId({ id }));
    return row === undefined ? undefined : rowSchema.parse(row);
  }

  /** Newest first. */
  async list({ tenant, before, limit }: ListQuery): Promise<PortalToken[]> {
    let query = this.db.selectFrom('portal_token').selectAll().where('tenant', '=', tenant);
    if (before !== undefined) query = query.where('id', '<', before);
    const page = compiled(query.orderBy('id', 'desc').limit(limit));
    return z.array(rowSchema).parse(await this.store.list(page));
  }

  /** False when a token with this id is there already. */
  async insert(token: PortalToken): Promise<boolean> {
    const { endpointIds } = token;
    const query = this.db.insertInto('portal_token').values({
      id: token.id,
      tenant: token.tenant,
      endpoint_ids: endpointIds === null ? null : JSON.stringify(endpointIds),
      permissions: JSON.stringify(token.permissions),
      secret_hash: token.secretHash,
      made_by: token.madeBy,
      created_at_ms: token.createdAtMs,
      expires_at_ms: token.expiresAtMs,
      revoked_at_ms: token.revokedAtMs,
    });
    const outcome = await this.store.commit([absent(compiled(query), 'portal-token-is-new')]);
    return outcome.committed;
  }

  /** False when the tenant has no such token that is not revoked. */
  async revoke(tenant: string, id: string, nowMs: number): Promise<boolean> {
    const query = this.db
      .updateTable('portal_token')
      .set({ revoked_at_ms: nowMs })
      .where('id', '=', id)
      .where('tenant', '=', tenant)
      .where('revoked_at_ms', 'is', null);
    const outcome = await this.store.commit([exactlyOne(compiled(query), 'portal-token-may-go')]);
    return outcome.committed;
  }
}
