import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { bytesSchema } from '#shared-kernel/contracts/bytes-schema.js';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { judgeRequest } from '../domain/judge-request.js';
import { Quarantine, rejectedRequest } from '../domain/quarantine.js';
import { SourceRegistry } from '../domain/source-registry.js';
import { handshakeReceipt, type Receipt, receiptSchema } from './receipt.js';
import { WebhookIntake } from './webhook-intake.js';

/** Takes in one request that reached the address of a source. */
export class ReceiveWebhook extends defineCommand({
  name: 'webhooks.receive-webhook',
  input: z.strictObject({
    token: z.string().max(200),
    headers: z.record(z.string(), z.union([z.string(), z.array(z.string())]).optional()),
    body: bytesSchema,
    method: z.string(),
    /** Path and query, as the sender wrote them. */
    url: z.string(),
    /** Of the sender, as far as it is known. */
    address: z.string().optional(),
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
    private readonly intake: WebhookIntake,
    private readonly quarantine: Quarantine,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async execute({ input }: ReceiveWebhook): Promise<Receipt> {
    const known = await this.sources.byToken(input.token);
    if (known === undefined) {
      return { outcome: 'rejected', provider: 'none', reason: 'unknown-source' };
    }
    const { source } = known;
    const { provider } = source;
    const nowMs = this.clock.now();
    const ids = { id: newId('whk', nowMs), eventId: newId('evt', nowMs) };
    const judgement = await judgeRequest(known, input, ids, nowMs);
    switch (judgement.kind) {
      case 'method-not-allowed': {
        const allowed = [...judgement.allowed];
        return { outcome: 'rejected', provider, reason: judgement.kind, allowed };
      }
      case 'rejected': {
        const { reason } = judgement;
        const rejected = rejectedRequest(source, input, reason, newId('qtn', nowMs), nowMs);
        const kept = await this.keep(rejected);
        const quarantineId = kept ? rejected.id : undefined;
        return { outcome: 'rejected', provider, reason, quarantineId };
      }
      case 'handshake':
        return handshakeReceipt(source, judgement);
      case 'webhook': {
        const { answer } = source.options;
        return { provider, answer, ...(await this.intake.take(judgement, input.body)) };
      }
    }
  }

  /** Whoever mends a secret finds what came before that, to be verified again. */
  private async keep(request: Parameters<Quarantine['keep']>[0]): Promise<boolean> {
    const writes = this.quarantine.keep(request);
    if (writes.length === 0) return false;
    await this.log.commit({ writes });
    return true;
  }
}
