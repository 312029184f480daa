import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { isStorageOutage } from '#shared-kernel/persistence/storage-errors.js';
import { type ClaimRequest, DueWork, type PerformsDueWork } from '../due-work.js';
import { EventLog } from '../event-log.js';
import { refuseLoop } from '../hop-limit.js';
import type { PipelineMessage } from '../pipeline-message.js';
import { CommandClasses } from './command-classes.js';
import { CommitRider, isClaimLost } from './commit-rider.js';
import { failedTry } from './failed-try.js';
import { PerformParts } from './perform-parts.js';
import type { ClaimedCommand } from './queued-command.js';
import { claimIsMine, QueuedCommands } from './queued-commands.js';

type Outcome = 'done' | 'retried' | 'dead' | 'lost';

/**
 * Runs queued commands through the command bus. That a command is done is part of the first commit
 * of its handler, so its effect on our own data happens exactly once, whatever dies in between.
 */
@Injectable()
@DueWork({ effect: 'command' })
export class PerformQueuedCommands implements PerformsDueWork<ClaimedCommand> {
  constructor(
    private readonly queue: QueuedCommands,
    private readonly bus: CommandBus,
    private readonly classes: CommandClasses,
    private readonly log: EventLog,
    private readonly parts: PerformParts,
  ) {}

  claim(request: ClaimRequest): Promise<ClaimedCommand[]> {
    return this.queue.claim(request);
  }

  async release(claimed: ClaimedCommand): Promise<void> {
    await this.log.tryCommit({ writes: [this.queue.release(claimed, this.parts.clock.now())] });
  }

  reclaim(instanceId: string, nowMs: number): Promise<number> {
    return this.queue.reclaim(instanceId, nowMs);
  }

  reclaimOthers(instanceId: string, nowMs: number): Promise<number> {
    return this.queue.reclaimOthers(instanceId, nowMs);
  }

  nextDueAtMs(): Promise<number | null> {
    return this.queue.nextDueAtMs(this.parts.clock.now());
  }

  async perform(claimed: ClaimedCommand, message: PipelineMessage): Promise<void> {
    const { clock, meter } = this.parts;
    const latenessMs = Math.max(0, clock.now() - claimed.readyAtMs);
    if (claimed.tries === 0) {
      meter.observe('signalbox_queued_command_lateness_seconds', {}, latenessMs / 1_000);
    }
    message.facts['organization.id'] = claimed.tenant;
    message.facts['labels.contract'] = claimed.name;
    message.facts['labels.command_id'] = claimed.id;
    message.facts['labels.attempt'] = claimed.tries + 1;
    const outcome = await this.run(claimed, message);
    meter.count('signalbox_queued_commands_total', { command: claimed.name, outcome });
  }

  private async run(claimed: ClaimedCommand, message: PipelineMessage): Promise<Outcome> {
    const rider = new CommitRider(this.queue.settle(claimed, this.parts.clock.now()), claimIsMine);
    try {
      refuseLoop(claimed.origin.hops, claimed.id);
      const command = this.classes.make(claimed);
      await rider.carry(() => this.bus.execute(command));
      if (rider.hasLanded) return 'done';
      // The handler committed nothing: that it ran is all there is to write down.
      const writes = this.queue.settle(claimed, this.parts.clock.now());
      const { committed } = await this.log.tryCommit({ writes });
      return committed ? 'done' : reportLost(message);
    } catch (error) {
      if (isClaimLost(error)) return reportLost(message);
      message.failure = error;
      // What was committed before the fault stands, and must not happen again.
      if (rider.hasLanded) return 'done';
      if (isStorageOutage(error)) throw error;
      return this.fail(claimed, message, error);
    }
  }

  private async fail(
    claimed: ClaimedCommand,
    message: PipelineMessage,
    error: unknown,
  ): Promise<Outcome> {
    const nowMs = this.parts.clock.now();
    const failed = failedTry(claimed.tries + 1, error, nowMs, Math.random());
    const { committed } = await this.log.tryCommit({
      writes: this.queue.fail(claimed, failed, nowMs),
    });
    if (!committed) return reportLost(message);
    if (failed.state === 'dead') return 'dead';
    message.facts['labels.retry_at'] = isoTime(failed.dueAtMs);
    return 'retried';
  }
}

function reportLost({ facts }: PipelineMessage): Outcome {
  facts['event.reason'] = 'another run took the command over, or it was cancelled';
  return 'lost';
}
