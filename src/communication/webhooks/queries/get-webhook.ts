import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { WebhookInbox } from '../domain/webhook-inbox.js';
import { webhookErrors } from '../errors.js';
import { webhookState, webhookStateSchema } from './find-webhooks.js';

export class GetWebhook extends defineQuery({
  name: 'webhooks.get-webhook',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: webhookStateSchema,
}) {}

@QueryHandler(GetWebhook)
export class GetWebhookHandler implements IQueryHandler<GetWebhook> {
  constructor(private readonly inbox: WebhookInbox) {}

  async execute({ input: { tenant, id } }: GetWebhook) {
    const webhook = await this.inbox.byId(tenant, id);
    if (webhook === undefined) throw webhookErrors.webhookNotFound(`There is no webhook ${id}.`);
    return webhookState(webhook);
  }
}
