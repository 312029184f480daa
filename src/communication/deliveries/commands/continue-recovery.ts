import { Injectable } from '@nestjs/common';
import { Clock } from '#shared-kernel/domain/clock.js';
import {
  type ClaimRequest,
  DueWork,
  type PerformsDueWork,
} from '#shared-kernel/messaging/due-work.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import type { PipelineMessage } from '#shared-kernel/messaging/pipeline-message.js';
import { RecoverableDeliveries } from '../domain/recoverable-deliveries.js';
import { type ClaimedRecovery, RecoveryBook } from '../domain/recovery-book.js';
import { afterStep, backlogMax, nextStepAtMs, waitForBacklogUntilMs } from '../domain/recovery.js';
import { PlanRecoveryStep } from './plan-recovery-step.js';

/** Tries of one step against people and reactions that change the same deliveries. */
const triesMax = 5;

/** Takes recoveries on, one step at a time: a bounded batch, and then a pause. */
@Injectable()
@DueWork({ effect: 'recovery' })
export class ContinueRecovery implements PerformsDueWork<ClaimedRecovery> {
  constructor(
    private readonly book: RecoveryBook,
    private readonly deliveries: RecoverableDeliveries,
    private readonly steps: PlanRecoveryStep,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  claim(request: ClaimRequest): Promise<ClaimedRecovery[]> {
    return this.book.claim(request);
  }

  async release(claimed: ClaimedRecovery): Promise<void> {
    await this.log.tryCommit({ writes: [this.book.postpone(claimed, this.clock.now())] });
  }

  reclaim(instanceId: string, nowMs: number): Promise<number> {
    return this.book.reclaim(instanceId, 'its', nowMs);
  }

  reclaimOthers(instanceId: string, nowMs: number): Promise<number> {
    return this.book.reclaim(instanceId, 'others', nowMs);
  }

  nextDueAtMs(): Promise<number | null> {
    return this.book.nextDueAtMs();
  }

  async perform(claimed: ClaimedRecovery, { facts }: PipelineMessage): Promise<void> {
    const { recovery } = claimed;
    facts['organization.id'] = recovery.tenant;
    facts['labels.recovery_id'] = recovery.id;
    const part = await this.book.nextPart(recovery);
    for (let tries = 1; tries <= triesMax; tries++) {
      const nowMs = this.clock.now();
      const plan = await this.steps.plan(recovery, part, nowMs);

      // 1. Live deliveries come first: a long queue at these endpoints gets time to shrink.
      const backlog = await this.deliveries.backlog(plan.endpointIds, nowMs, backlogMax);
      const waitUntilMs = waitForBacklogUntilMs(backlog, claimed.lastStepAtMs, nowMs);
      if (waitUntilMs !== null) {
        facts['event.reason'] = 'the endpoints still have enough to do';
        await this.log.tryCommit({ writes: [this.book.postpone(claimed, waitUntilMs)] });
        return;
      }

      // 2. The deliveries and how far the recovery is become durable as a whole.
      const next = afterStep(recovery, plan.step, nowMs);
      const advance = this.book.advance(claimed, next, nextStepAtMs(nowMs));
      const writes = [...advance, ...plan.writes];
      const outcome = await this.log.tryCommit({ writes, due: ['delivery'] });
      facts['event.reason'] = `${plan.step.started} started, ${plan.step.passedOver} passed over`;
      if (outcome.committed || outcome.conflict === 'claim-is-mine') return;
    }
    facts['event.reason'] = 'others keep changing these deliveries';
    await this.release(claimed);
  }
}
