import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { QuarantineJudge } from '../domain/quarantine-judge.js';
import { Quarantine } from '../domain/quarantine.js';
import { rejectionReasons } from '../domain/rejection-reason.js';
import { type Webhook, WebhookInbox } from '../domain/webhook-inbox.js';
import { webhookReceived } from './webhook-received.js';

/**
 * `gone` was released, removed or pushed out before; a `handshake` needs no webhook and is done
 * with; a `rejected` one stays.
 */
const releaseSchema = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.enum(['released', 'duplicate']),
    webhookId: z.string(),
    eventId: z.string(),
  }),
  z.strictObject({ outcome: z.literal('rejected'), reason: z.enum(rejectionReasons) }),
  z.strictObject({ outcome: z.enum(['handshake', 'gone']) }),
]);
type Release = z.infer<typeof releaseSchema>;

/** Takes one request out of quarantine when its source, as it is today, verifies it. */
export class ReleaseRequest extends defineCommand({
  name: 'webhooks.release-request',
  input: z.strictObject({
    tenant: z.string(),
    id: z.string(),
    /** Whether it need not verify. */
    forced: z.boolean(),
  }),
  result: releaseSchema,
  counts: {
    metric: 'signalbox_quarantine_releases_total',
    labels: ({ outcome }) => ({ outcome }),
  },
}) {}

@CommandHandler(ReleaseRequest)
export class ReleaseRequestHandler implements ICommandHandler<ReleaseRequest> {
  constructor(
    private readonly quarantine: Quarantine,
    private readonly judge: QuarantineJudge,
    private readonly inbox: WebhookInbox,
    private readonly log: EventLog,
  ) {}

  async execute({ input: { tenant, id, forced } }: ReleaseRequest): Promise<Release> {
    const request = await this.quarantine.byId(tenant, id);
    const body = request && (await this.quarantine.bodyOf(id));
    if (request === undefined || body === undefined) return { outcome: 'gone' };
    if (forced) {
      const webhook = await this.judge.vouchedFor(request, body);
      return webhook === undefined ? { outcome: 'gone' } : this.store(id, webhook, body);
    }
    const judgement = await this.judge.judge(request, body);
    switch (judgement?.kind) {
      case undefined:
        return { outcome: 'gone' };
      case 'rejected':
        return { outcome: 'rejected', reason: judgement.reason };
      case 'handshake':
        return { outcome: (await this.remove(id)) ? 'handshake' : 'gone' };
      case 'webhook':
        return this.store(id, judgement.webhook, body);
    }
  }

  /** It leaves the quarantine and becomes a webhook together: of two releases one finds it gone. */
  private async store(id: string, webhook: Webhook, body: Uint8Array): Promise<Release> {
    const committed = await this.log.tryCommit({
      writes: [
        this.quarantine.remove(id),
        ...this.inbox.add(webhook),
        ...this.inbox.noteSecretUse(webhook),
      ],
      events: [webhookReceived(webhook, body)],
    });
    if (committed.committed) {
      return { outcome: 'released', webhookId: webhook.id, eventId: webhook.eventId };
    }
    const first = await this.inbox.byDedupeKey(webhook.sourceId, webhook.dedupeKey);
    if (first === undefined || !(await this.remove(id))) return { outcome: 'gone' };
    return { outcome: 'duplicate', webhookId: first.id, eventId: first.eventId };
  }

  private async remove(id: string): Promise<boolean> {
    return (await this.log.tryCommit({ writes: [this.quarantine.remove(id)] })).committed;
  }
}
