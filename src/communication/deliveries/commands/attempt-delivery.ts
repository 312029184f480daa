import { Injectable } from '@nestjs/common';
import { Clock, isoTime } from '#shared-kernel/domain/clock.js';
import {
  DueWork,
  type PerformsDueWork,
  type WorkerClaim,
} from '#shared-kernel/messaging/due-work.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import type { PipelineMessage } from '#shared-kernel/messaging/pipeline-message.js';
import { discard, settle, type Settlement } from '../domain/delivery.js';
import type { ClaimedDelivery } from '../domain/delivery-queue.js';
import type { Endpoint } from '../domain/endpoint.js';
import { EventSender } from '../domain/event-sender.js';
import { deliveryErrors } from '../errors.js';
import { ClaimDeliveries } from './claim-deliveries.js';
import { SettleDelivery } from './settle-delivery.js';
import { failureOf } from './tell-of-endpoint.js';

/** Tries due deliveries: at least once each, with the id of the event as the stable message id. */
@Injectable()
@DueWork({ effect: 'delivery', claimShare: 1 })
export class AttemptDelivery implements PerformsDueWork<ClaimedDelivery> {
  constructor(
    private readonly claims: ClaimDeliveries,
    private readonly settling: SettleDelivery,
    private readonly sender: EventSender,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {
    log.onCommit((_appended, due) => {
      if (due.includes('delivery')) claims.somethingIsDue();
    });
  }

  claim(request: WorkerClaim): Promise<ClaimedDelivery[]> {
    return this.claims.claim(request);
  }

  release(claimed: ClaimedDelivery): Promise<void> {
    return this.settling.release(claimed, this.clock.now());
  }

  reclaim(instanceId: string, nowMs: number): Promise<number> {
    return this.claims.reclaim(instanceId, nowMs);
  }

  reclaimOthers(instanceId: string, nowMs: number): Promise<number> {
    return this.claims.reclaimOthers(instanceId, nowMs);
  }

  nextDueAtMs(): Promise<number | null> {
    return this.claims.nextDueAtMs();
  }

  async perform(claimed: ClaimedDelivery, message: PipelineMessage): Promise<void> {
    try {
      await this.attempt(claimed, message);
    } finally {
      this.claims.ended(claimed);
    }
  }

  private async attempt(claimed: ClaimedDelivery, message: PipelineMessage): Promise<void> {
    const { delivery } = claimed;
    reportTry(message, claimed);

    // 1. Is there still somebody to tell, and something to tell?
    const endpoint = await this.claims.endpointOf(claimed);
    if (endpoint?.tenant !== delivery.tenant) {
      return this.discard(claimed, undefined, message, 'the endpoint is gone');
    }
    if (endpoint.state === 'disabled') {
      const reason = `the endpoint is disabled: ${endpoint.disabledReason}`;
      return this.discard(claimed, endpoint, message, reason);
    }
    const event = await this.log.find(delivery.eventId);
    if (event === undefined) return this.discard(claimed, endpoint, message, 'the event is gone');

    // 2. One try; whatever happens is an outcome.
    const outcome = await this.sender.send(endpoint, event);

    // 3. What follows becomes durable as a whole.
    const nowMs = this.clock.now();
    const settled = settle(delivery, outcome, endpoint.retryPolicy, nowMs, Math.random());
    reportOutcome(message, settled);
    const isMine = await this.settling.settle(claimed, endpoint, settled, nowMs);
    if (!isMine) reportLostClaim(message);
  }

  private async discard(
    claimed: ClaimedDelivery,
    endpoint: Endpoint | undefined,
    message: PipelineMessage,
    reason: string,
  ): Promise<void> {
    message.facts['event.reason'] = reason;
    const nowMs = this.clock.now();
    const discarded = discard(claimed.delivery, nowMs);
    const isMine = await this.settling.discard(claimed, discarded, endpoint, nowMs);
    if (!isMine) reportLostClaim(message);
  }
}

/** Puts on the try's message, for its log line and span, what is known before it begins. */
function reportTry({ facts }: PipelineMessage, { delivery, ruleId }: ClaimedDelivery): void {
  facts['organization.id'] = delivery.tenant;
  facts['labels.delivery_id'] = delivery.id;
  facts['labels.endpoint_id'] = delivery.endpointId;
  facts['labels.event_id'] = delivery.eventId;
  facts['labels.rule_id'] = ruleId;
  facts['labels.attempt'] = delivery.attemptsMade + 1;
}

/** Puts on the try's message how it ended. */
function reportOutcome(message: PipelineMessage, { delivery, attempt }: Settlement): void {
  message.facts['event.reason'] = attempt.why;
  if (attempt.status !== null) message.status = attempt.status;
  if (delivery.state === 'delivered') return;
  if (delivery.state === 'due') message.facts['labels.retry_at'] = isoTime(delivery.dueAtMs);
  message.failure = deliveryErrors.attemptFailed(failureOf(attempt));
}

/** The lease ran out and another claim holds the delivery: its outcome counts, not this one. */
function reportLostClaim(message: PipelineMessage): void {
  message.facts['event.reason'] = 'another claim took the delivery over';
}
