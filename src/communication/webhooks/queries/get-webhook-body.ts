import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { bytesSchema } from '#shared-kernel/contracts/bytes-schema.js';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { EventLogReader } from '#shared-kernel/messaging/event-log-reader.js';
import { WebhookInbox } from '../domain/webhook-inbox.js';
import { webhookErrors } from '../errors.js';

/** The exact bytes of a webhook, which its event holds. */
export class GetWebhookBody extends defineQuery({
  name: 'webhooks.get-webhook-body',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: z.strictObject({
    contentType: z.string().nullable(),
    bytes: bytesSchema,
  }),
}) {}

@QueryHandler(GetWebhookBody)
export class GetWebhookBodyHandler implements IQueryHandler<GetWebhookBody> {
  constructor(
    private readonly inbox: WebhookInbox,
    private readonly events: EventLogReader,
  ) {}

  async execute({ input: { tenant, id } }: GetWebhookBody) {
    const webhook = await this.inbox.byId(tenant, id);
    const event = webhook && (await this.events.byId(tenant, webhook.eventId));
    if (webhook === undefined || event === undefined) {
      throw webhookErrors.webhookNotFound(`There is no webhook ${id}.`);
    }
    return { contentType: webhook.contentType, bytes: event.payload ?? new Uint8Array() };
  }
}
