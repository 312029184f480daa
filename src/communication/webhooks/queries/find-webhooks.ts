import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import type { Page } from '#shared-kernel/domain/page.js';
import { type Webhook, WebhookInbox } from '../domain/webhook-inbox.js';

/** What a webhook's row holds, as others may see it. */
export const webhookStateSchema = z.object({
  id: z.string(),
  sourceId: z.string(),
  eventId: z.string(),
  provider: z.string(),
  eventType: z.string(),
  deliveryId: z.string().nullable(),
  dedupeKey: z.string(),
  contentType: z.string().nullable(),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  flags: z.array(z.string()),
  bodyBytes: z.int(),
  secretId: z.string(),
  receivedAtMs: z.int(),
});

/** One page of a tenant's webhooks, newest first. */
export class FindWebhooks extends defineQuery({
  name: 'webhooks.find-webhooks',
  input: z.strictObject({
    tenant: z.string(),
    limit: z.int(),
    before: z.string().optional(),
    sourceId: z.string().optional(),
    eventType: z.string().optional(),
    deliveryId: z.string().optional(),
    receivedFromMs: z.number().optional(),
    receivedBeforeMs: z.number().optional(),
  }),
  result: z.object({ items: z.array(webhookStateSchema), next: z.string().nullable() }),
}) {}

@QueryHandler(FindWebhooks)
export class FindWebhooksHandler implements IQueryHandler<FindWebhooks> {
  constructor(private readonly inbox: WebhookInbox) {}

  async execute({ input }: FindWebhooks) {
    const { tenant, limit } = input;
    const page: Page<Webhook> = await this.inbox.list({
      tenant,
      limit,
      before: input.before,
      sourceId: input.sourceId,
      eventType: input.eventType,
      deliveryId: input.deliveryId,
      receivedFromMs: input.receivedFromMs,
      receivedBeforeMs: input.receivedBeforeMs,
    });
    return { items: page.items.map(webhookState), next: page.next };
  }
}

/** The row without what only the module needs. */
export function webhookState({ tenant: _tenant, ...state }: Webhook) {
  return { ...state, flags: [...state.flags], headers: { ...state.headers } };
}
