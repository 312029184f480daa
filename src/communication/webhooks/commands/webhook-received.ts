import { WebhookReceived } from '../contracts/webhook-received.event.js';
import { isContentFlag } from '../domain/webhook-flag.js';
import type { Webhook } from '../domain/webhook-inbox.js';

/** The event that tells of a webhook and holds its bytes. */
export function webhookReceived(webhook: Webhook, body: Uint8Array) {
  const { id, sourceId, provider, deliveryId, contentType, bodyBytes } = webhook;
  const flags = webhook.flags.filter(isContentFlag);
  return WebhookReceived.of({
    tenant: webhook.tenant,
    id: webhook.eventId,
    type: webhook.eventType,
    source: `/sources/${sourceId}`,
    data: { webhookId: id, sourceId, provider, deliveryId, contentType, bodyBytes, flags },
    payload: { bytes: body, contentType },
  });
}
