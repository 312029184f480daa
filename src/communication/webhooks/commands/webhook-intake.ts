import { Injectable } from '@nestjs/common';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import type { Judgement } from '../domain/judge-request.js';
import { PayloadWatch } from '../domain/payload-watch.js';
import { type FirstWebhook, WebhookInbox } from '../domain/webhook-inbox.js';
import { webhookReceived } from './webhook-received.js';

/** Looks for the way to be free or the first one to be there, before the sender must try again. */
const dedupeTriesMax = 3;

type AcceptedRequest = Extract<Judgement, { kind: 'webhook' }>;

/** What became of a webhook: it is stored now, or another was stored before that it repeats. */
interface Intake {
  readonly outcome: 'accepted' | 'duplicate';
  readonly webhookId: string;
  readonly eventId: string;
}

/** Stores webhooks that were found to be right. */
@Injectable()
export class WebhookIntake {
  constructor(
    private readonly inbox: WebhookInbox,
    private readonly watch: PayloadWatch,
    private readonly log: EventLog,
  ) {}

  /**
   * Request and event become durable together, unless the source has the webhook already. Whatever
   * goes wrong about that is our fault and no answer to the sender: it has to send it again.
   *
   * @throws `storage.unavailable` (503) when it cannot be told whether the webhook is a repeat
   */
  async take({ webhook, json }: AcceptedRequest, body: Uint8Array): Promise<Intake> {
    for (let tries = 1; tries <= dedupeTriesMax; tries++) {
      const { committed } = await this.log.tryCommit({
        writes: [...this.inbox.add(webhook), ...this.inbox.noteSecretUse(webhook)],
        events: [webhookReceived(webhook, body)],
      });
      if (committed) {
        this.watch.look(webhook, json);
        return { outcome: 'accepted', ...idsOf(webhook) };
      }
      const first = await this.inbox.byDedupeKey(webhook.sourceId, webhook.dedupeKey);
      if (first !== undefined) return { outcome: 'duplicate', ...idsOf(first) };
      // Its mark went between the two looks, so the way is free now.
    }
    throw storageErrors.unavailable('It cannot be told whether this webhook repeats another.', {
      retryAfterSeconds: 1,
    });
  }
}

function idsOf({ id, eventId }: FirstWebhook) {
  return { webhookId: id, eventId };
}
