import { Injectable } from '@nestjs/common';
import { Clock, isoTime } from '#shared-kernel/domain/clock.js';
import {
  type ClaimRequest,
  DueWork,
  type PerformsDueWork,
} from '#shared-kernel/messaging/due-work.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import type { PipelineMessage } from '#shared-kernel/messaging/pipeline-message.js';
import { DeliveryExhausted } from '../contracts/delivery-exhausted.event.js';
import { type Attempt, discard, settle, type Settlement } from '../domain/delivery.js';
import { type ClaimedDelivery, DeliveryQueue } from '../domain/delivery-queue.js';
import { EventSender } from '../domain/event-sender.js';
import { KnownEndpoints } from '../domain/known-endpoints.js';
import { deliveryErrors } from '../errors.js';

/** Tries due deliveries: at least once each, with the id of the event as the stable message id. */
@Injectable()
@DueWork({ effect: 'delivery' })
export class AttemptDelivery implements PerformsDueWork<ClaimedDelivery> {
  constructor(
    private readonly queue: DeliveryQueue,
    private readonly endpoints: KnownEndpoints,
    private readonly sender: EventSender,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  claim(request: ClaimRequest): Promise<ClaimedDelivery[]> {
    return this.queue.claim(request);
  }

  async release(claimed: ClaimedDelivery): Promise<void> {
    await this.log.tryCommit({ writes: [this.queue.release(claimed, this.clock.now())] });
  }

  reclaim(instanceId: string, nowMs: number): Promise<number> {
    return this.queue.reclaim(instanceId, nowMs);
  }

  reclaimOthers(instanceId: string, nowMs: number): Promise<number> {
    return this.queue.reclaimOthers(instanceId, nowMs);
  }

  nextDueAtMs(): Promise<number | null> {
    return this.queue.nextDueAtMs();
  }

  async perform(claimed: ClaimedDelivery, message: PipelineMessage): Promise<void> {
    const { delivery } = claimed;
    reportTry(message, claimed);

    // 1. Is there still somebody to tell, and something to tell?
    const endpoint = await this.endpoints.find(delivery.endpointId);
    if (endpoint?.tenant !== delivery.tenant) {
      return this.discard(claimed, message, 'the endpoint is gone');
    }
    if (endpoint.state === 'disabled') {
      return this.discard(claimed, message, `the endpoint is disabled: ${endpoint.disabledReason}`);
    }
    const event = await this.log.find(delivery.eventId);
    if (event === undefined) return this.discard(claimed, message, 'the event is gone');

    // 2. One try; whatever happens is an outcome.
    const outcome = await this.sender.send(endpoint, event);

    // 3. What follows becomes durable as a whole.
    const { retryPolicy } = endpoint;
    const settled = settle(delivery, outcome, retryPolicy, this.clock.now(), Math.random());
    reportOutcome(message, settled);
    await this.commit(claimed, settled, message);
  }

  private async commit(
    { claims }: ClaimedDelivery,
    settled: Settlement,
    message: PipelineMessage,
  ): Promise<void> {
    const { delivery, attempt, disableReason } = settled;
    const { endpointId } = delivery;
    const writes = this.queue.settle(claims, delivery, attempt);
    if (disableReason !== null) writes.push(this.endpoints.disable(endpointId, disableReason));
    const events = delivery.state === 'exhausted' ? [exhaustedEvent(settled)] : [];
    const { committed } = await this.log.tryCommit({ writes, events });
    if (!committed) return reportLostClaim(message);
    this.queue.count(delivery, attempt);
    if (disableReason !== null) this.endpoints.forget(endpointId);
  }

  private async discard(
    { claims, delivery }: ClaimedDelivery,
    message: PipelineMessage,
    reason: string,
  ): Promise<void> {
    message.facts['event.reason'] = reason;
    const discarded = discard(delivery, this.clock.now());
    const writes = this.queue.settle(claims, discarded, null);
    const { committed } = await this.log.tryCommit({ writes });
    if (committed) this.queue.count(discarded, null);
    else reportLostClaim(message);
  }
}

function exhaustedEvent({ delivery, attempt }: Settlement) {
  return DeliveryExhausted.of({
    tenant: delivery.tenant,
    data: {
      deliveryId: delivery.id,
      endpointId: delivery.endpointId,
      eventId: delivery.eventId,
      attempts: delivery.attemptsMade,
      lastFailure: failureOf(attempt),
    },
  });
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

/** How a failed try ended, in words for people: `answered 503`, `timeout: no answer began`. */
function failureOf({ status, failedStage, failure }: Attempt): string {
  return status === null ? `${failedStage ?? ''}: ${failure ?? ''}` : `answered ${status}`;
}
