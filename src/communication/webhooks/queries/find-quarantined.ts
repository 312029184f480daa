import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { bytesSchema } from '#shared-kernel/contracts/bytes-schema.js';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { headerText } from '../domain/headers.js';
import { headersToShow } from '../domain/headers-to-show.js';
import { Quarantine, type QuarantinedRequest } from '../domain/quarantine.js';
import { filterOf, quarantineSelection } from '../domain/quarantine-selection.js';
import { rejectionReasons } from '../domain/rejection-reason.js';
import { webhookErrors } from '../errors.js';

/** Which quarantined requests a list shows. */
export const quarantineQuery = quarantineSelection;

/** A quarantined request as others may see it: without the values of credentials. */
export const quarantinedStateSchema = z.strictObject({
  id: z.string(),
  sourceId: z.string(),
  reason: z.enum(rejectionReasons),
  method: z.string(),
  url: z.string(),
  address: z.string().nullable(),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  bodyBytes: z.int(),
  receivedAtMs: z.int(),
  expiresAtMs: z.int(),
});
type QuarantinedState = z.infer<typeof quarantinedStateSchema>;

/** One page of a tenant's quarantined requests, newest first. */
export class FindQuarantined extends defineQuery({
  name: 'webhooks.find-quarantined',
  input: z.strictObject({
    tenant: z.string(),
    selection: quarantineSelection,
    limit: z.int(),
    before: z.string().optional(),
  }),
  result: z.object({ items: z.array(quarantinedStateSchema), next: z.string().nullable() }),
}) {}

@QueryHandler(FindQuarantined)
export class FindQuarantinedHandler implements IQueryHandler<FindQuarantined> {
  constructor(private readonly quarantine: Quarantine) {}

  async execute({ input: { tenant, selection, limit, before } }: FindQuarantined) {
    const filter = filterOf(tenant, selection);
    const { items, next } = await this.quarantine.list(filter, { limit, before });
    return { items: items.map(stateOf), next };
  }
}

/** One quarantined request. */
export class GetQuarantined extends defineQuery({
  name: 'webhooks.get-quarantined',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: quarantinedStateSchema,
}) {}

@QueryHandler(GetQuarantined)
export class GetQuarantinedHandler implements IQueryHandler<GetQuarantined> {
  constructor(private readonly quarantine: Quarantine) {}

  async execute({ input: { tenant, id } }: GetQuarantined) {
    return stateOf(await foundIn(this.quarantine, tenant, id));
  }
}

/** The exact bytes of a quarantined request. */
export class GetQuarantinedBody extends defineQuery({
  name: 'webhooks.get-quarantined-body',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: z.strictObject({ contentType: z.string().nullable(), bytes: bytesSchema }),
}) {}

@QueryHandler(GetQuarantinedBody)
export class GetQuarantinedBodyHandler implements IQueryHandler<GetQuarantinedBody> {
  constructor(private readonly quarantine: Quarantine) {}

  async execute({ input: { tenant, id } }: GetQuarantinedBody) {
    const { headers } = await foundIn(this.quarantine, tenant, id);
    const bytes = await this.quarantine.bodyOf(id);
    if (bytes === undefined) throw notFound(id);
    return { contentType: headerText(headers, 'content-type') ?? null, bytes };
  }
}

async function foundIn(quarantine: Quarantine, tenant: string, id: string) {
  const request = await quarantine.byId(tenant, id);
  if (request === undefined) throw notFound(id);
  return request;
}

function notFound(id: string) {
  return webhookErrors.quarantinedRequestNotFound(`There is no quarantined request ${id}.`);
}

function stateOf({ tenant, headers, ...request }: QuarantinedRequest): QuarantinedState {
  return { ...request, headers: headersToShow(headers) };
}
