import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { WebhookOfEvent } from '../contracts/webhook-of-event.query.js';
import { WebhookInbox } from '../domain/webhook-inbox.js';

@QueryHandler(WebhookOfEvent)
export class WebhookOfEventHandler implements IQueryHandler<WebhookOfEvent> {
  constructor(private readonly inbox: WebhookInbox) {}

  async execute({ input: { tenant, eventId } }: WebhookOfEvent) {
    const webhook = await this.inbox.byEventId(tenant, eventId);
    if (webhook === undefined) return null;
    const { id, sourceId, provider, deliveryId, flags, bodyBytes, receivedAtMs } = webhook;
    return { id, sourceId, provider, deliveryId, flags: [...flags], bodyBytes, receivedAtMs };
  }
}
