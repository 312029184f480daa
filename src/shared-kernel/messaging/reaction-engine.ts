import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Log } from '#shared-kernel/observability/logger.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { errorFields } from './error-fields.js';
import { EventLog } from './event-log.js';
import { ReactionRunner } from './reaction-runner.js';
import { Reactions } from './reactions.js';
import { RunnerParts } from './runner-parts.js';
import { WakeableLoop } from './wakeable-loop.js';

interface RunningReaction {
  readonly id: string;
  readonly runner: ReactionRunner;
  readonly loop: WakeableLoop;
}

/** How far a reaction stands behind the log. */
export interface ReactionLag {
  readonly reaction: string;
  readonly events: number;
  /** Position up to which it is done. */
  readonly checkpoint: number;
}

/**
 * Starts every reaction once the tables are up to date, wakes them after commits, drains them at
 * the end.
 */
@Injectable()
export class ReactionEngine implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private running: readonly RunningReaction[] = [];

  constructor(
    private readonly reactions: Reactions,
    private readonly parts: RunnerParts,
    private readonly eventLog: EventLog,
    private readonly log: Log,
    private readonly meter: Meter,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const registered = await this.reactions.register();
    this.running = registered.map(({ reaction, position }) => {
      const { id } = reaction.options;
      const runner = new ReactionRunner(reaction, position, this.parts, (name, outcome) =>
        this.meter.count('signalbox_reaction_events_total', { reaction: name, outcome }),
      );
      const loop: WakeableLoop = new WakeableLoop(
        () => runner.catchUp(() => loop.isStopping),
        (error) => this.log.error({ 'event.action': id, ...errorFields(error) }, id),
        () => this.parts.clock.now(),
      );
      return { id, runner, loop };
    });
    this.eventLog.onCommit((appended) => {
      if (appended > 0) for (const { loop } of this.running) loop.wake();
    });
    for (const { loop } of this.running) loop.wake();
  }

  /** How far each reaction stands behind the head of the log. */
  async lag(): Promise<ReactionLag[]> {
    const head = await this.parts.storage.headPosition();
    return this.running.map(({ id, runner }) => ({
      reaction: id,
      events: Math.max(0, head - runner.checkpoint),
      checkpoint: runner.checkpoint,
    }));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.running.map(({ loop }) => loop.stop()));
  }
}
