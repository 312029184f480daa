import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { bytesSchema } from '#shared-kernel/contracts/bytes-schema.js';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import { WebhookReceived } from '../contracts/webhook-received.event.js';
import { judgeRequest } from '../domain/judge-request.js';
import { SourceRegistry } from '../domain/source-registry.js';
import { type FirstWebhook, type Webhook, WebhookInbox } from '../domain/webhook-inbox.js';
import { type Receipt, receiptSchema } from './receipt.js';

/** Takes in one request that reached the address of a source. */
export class ReceiveWebhook extends defineCommand({
  name: 'webhooks.receive-webhook',
  input: z.strictObject({
    token: z.string().max(200),
    headers: z.record(z.string(), z.union([z.string(), z.array(z.string())]).optional()),
    body: bytesSchema,
  }),
  result: receiptSchema,
  counts: {
    metric: 'signalbox_webhooks_received_total',
    labels: (receipt) => ({
      provider: receipt.provider,
      outcome: receipt.outcome,
      reason: receipt.outcome === 'rejected' ? receipt.reason : '',
    }),
  },
}) {}

@CommandHandler(ReceiveWebhook)
export class ReceiveWebhookHandler implements ICommandHandler<ReceiveWebhook> {
  constructor(
    private readonly sources: SourceRegistry,
    private readonly inbox: WebhookInbox,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async execute({ input }: ReceiveWebhook): Promise<Receipt> {
    const known = await this.sources.byToken(input.token);
    if (known === undefined) {
      return { outcome: 'rejected', provider: 'none', reason: 'unknown-source' };
    }
    const { provider } = known.source;
    const nowMs = this.clock.now();
    const ids = { id: newId('whk', nowMs), eventId: newId('evt', nowMs) };
    const judgement = judgeRequest(known, input, ids, nowMs);
    switch (judgement.kind) {
      case 'rejected':
        return { outcome: 'rejected', provider, reason: judgement.reason };
      case 'handshake':
        return { outcome: 'handshake', provider, answer: judgement.answer };
      case 'webhook':
        return this.store(judgement.webhook, input.body);
    }
  }

  /** Request and event become durable together, unless the source has the webhook already. */
  private async store(webhook: Webhook, body: Uint8Array): Promise<Receipt> {
    const { provider } = webhook;
    const committed = await this.log.tryCommit({
      writes: [this.inbox.add(webhook)],
      events: [webhookReceived(webhook, body)],
    });
    if (committed.committed) return { outcome: 'accepted', provider, ...idsOf(webhook) };
    const first = await this.inbox.byDedupeKey(webhook.sourceId, webhook.dedupeKey);
    if (first === undefined) {
      // Its row went between the two looks: the command runs again and finds the way free.
      throw storageErrors.conflict('The webhook that this one repeats was just removed.');
    }
    return { outcome: 'duplicate', provider, ...idsOf(first) };
  }
}

function webhookReceived(webhook: Webhook, body: Uint8Array) {
  const { id, sourceId, provider, deliveryId, contentType, bodyBytes } = webhook;
  const flags = [...webhook.flags];
  return WebhookReceived.of({
    tenant: webhook.tenant,
    id: webhook.eventId,
    type: webhook.eventType,
    source: `/sources/${sourceId}`,
    data: { webhookId: id, sourceId, provider, deliveryId, contentType, bodyBytes, flags },
    payload: { bytes: body, contentType },
  });
}

function idsOf(webhook: FirstWebhook) {
  return { webhookId: webhook.id, eventId: webhook.eventId };
}
