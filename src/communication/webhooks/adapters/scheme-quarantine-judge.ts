import { Injectable } from '@nestjs/common';
import { Clock } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { atAddress, judgeRequest, webhookOf } from '../domain/judge-request.js';
import { QuarantineJudge, type SecondJudgement } from '../domain/quarantine-judge.js';
import type { QuarantinedRequest } from '../domain/quarantine.js';
import { SourceRegistry } from '../domain/source-registry.js';
import type { WebhookFlag } from '../domain/webhook-flag.js';
import type { Webhook } from '../domain/webhook-inbox.js';

/** In place of the id of a secret, where none was needed. */
const noSecret = 'none';

/** Judges with the schemes of the sources. */
@Injectable()
export class SchemeQuarantineJudge extends QuarantineJudge {
  constructor(
    private readonly sources: SourceRegistry,
    private readonly clock: Clock,
  ) {
    super();
  }

  async judge(request: QuarantinedRequest, body: Uint8Array): Promise<SecondJudgement | undefined> {
    const known = await this.sources.knownById(request.tenant, request.sourceId);
    if (known === undefined) return undefined;
    const { receivedAtMs } = request;
    const received = { ...request, body };
    const judgement = await judgeRequest(known, received, this.newIds(), receivedAtMs);
    switch (judgement.kind) {
      case 'webhook':
        return { kind: 'webhook', webhook: flagged(judgement.webhook, 'released') };
      case 'rejected':
        return { kind: 'rejected', reason: judgement.reason };
      case 'handshake':
      case 'method-not-allowed':
        // Nobody waits for the answer any more, and there is nothing to keep.
        return { kind: 'handshake' };
    }
  }

  async vouchedFor(request: QuarantinedRequest, body: Uint8Array): Promise<Webhook | undefined> {
    const known = await this.sources.knownById(request.tenant, request.sourceId);
    if (known === undefined) return undefined;
    const received = { ...request, body };
    const read = known.scheme.read(atAddress(known.address, received), known.source);
    const { receivedAtMs } = request;
    const facts = { ...this.newIds(), secretId: noSecret, receivedAtMs };
    return flagged(webhookOf(known.source, received, read, facts), 'released', 'unverified');
  }

  private newIds() {
    const nowMs = this.clock.now();
    return { id: newId('whk', nowMs), eventId: newId('evt', nowMs) };
  }
}

function flagged(webhook: Webhook, ...flags: WebhookFlag[]): Webhook {
  return { ...webhook, flags: [...webhook.flags, ...flags] };
}
