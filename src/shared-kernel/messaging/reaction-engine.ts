import { Injectable } from '@nestjs/common';
import { Log } from '#shared-kernel/observability/logger.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { errorFields, needsSomebody } from './error-fields.js';
import { MessagingSettings } from './messaging-settings.js';
import type { RegisteredReaction } from './reaction.js';
import { ReactionRunner } from './reaction-runner.js';
import { Reactions } from './reactions.js';
import { RunnerParts } from './runner-parts.js';
import { WakeableLoop } from './wakeable-loop.js';

interface RunningReaction {
  readonly reaction: RegisteredReaction;
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

/** Runs the reactions of the program, each in a loop of its own that commits wake. */
@Injectable()
export class ReactionEngine {
  private readonly running = new Map<string, RunningReaction>();
  /** Loops to wake, by the name of the event. */
  private readonly byEvent = new Map<string, readonly WakeableLoop[]>();

  constructor(
    private readonly reactions: Reactions,
    private readonly parts: RunnerParts,
    private readonly settings: MessagingSettings,
    private readonly log: Log,
    private readonly meter: Meter,
  ) {}

  /**
   * Makes a runner for every reaction; each one idles until it belongs to this process.
   *
   * @returns their ids
   */
  async start(): Promise<string[]> {
    const registered = await this.reactions.register();
    for (const reaction of registered) this.add(reaction);
    this.parts.log.onCommit((appended) => {
      // By name, so that an event costs nothing to the many reactions that do not want it.
      for (const name of new Set(appended)) for (const loop of this.loopsOf(name)) loop.wake();
    });
    this.parts.store.onForeignAppend(() => this.wakeAll());
    return [...this.running.keys()];
  }

  /** Lets reactions look at the store anew: they were taken, lost, or changed by a person. */
  refresh(ids: readonly string[]): void {
    for (const id of ids) {
      const running = this.running.get(id);
      running?.runner.invalidate();
      running?.loop.wake();
    }
  }

  /** What a reaction of the program declares of itself. */
  reaction(id: string): RegisteredReaction | undefined {
    return this.running.get(id)?.reaction;
  }

  /** How far each reaction stands behind the head of the log, whoever works it. */
  async lag(): Promise<ReactionLag[]> {
    const { storage } = this.parts;
    const head = await storage.log.head();
    const rows = new Map((await storage.all()).map((row) => [row.id, row.position]));
    return [...this.running].map(([reaction, { runner }]) => {
      const checkpoint = Math.max(runner.checkpoint ?? 0, rows.get(reaction) ?? 0);
      return { reaction, events: Math.max(0, head - checkpoint), checkpoint };
    });
  }

  /** Lets every batch in flight end and starts no other. */
  async stop(): Promise<void> {
    await Promise.all([...this.running.values()].map(({ loop }) => loop.stop()));
  }

  /** Lets every reaction look for work now. */
  wakeAll(): void {
    for (const { loop } of this.running.values()) loop.wake();
  }

  private loopsOf(event: string): readonly WakeableLoop[] {
    return this.byEvent.get(event) ?? [];
  }

  private add(reaction: RegisteredReaction): void {
    const running = this.run(reaction);
    this.running.set(reaction.options.id, running);
    for (const { contract } of reaction.events) {
      this.byEvent.set(contract.name, [...this.loopsOf(contract.name), running.loop]);
    }
  }

  private run(reaction: RegisteredReaction): RunningReaction {
    const { id } = reaction.options;
    const { instanceId } = this.settings;
    const runner = new ReactionRunner(reaction, this.parts, instanceId, {
      settled: (outcome) =>
        this.meter.count('signalbox_reaction_events_total', { reaction: id, outcome }),
      gaveUp: (error) => this.tell(id, error),
    });
    const loop: WakeableLoop = new WakeableLoop(
      () => runner.catchUp(() => loop.isStopping),
      (error) => this.tell(id, error),
      () => this.parts.clock.now(),
    );
    return { reaction, runner, loop };
  }

  private tell(id: string, error: unknown): void {
    const fields = {
      'event.dataset': 'signalbox.reaction',
      'event.action': id,
      'event.outcome': 'failure',
      ...errorFields(error),
    };
    if (needsSomebody(error)) this.log.error(fields, id);
    else this.log.warn(fields, id);
  }
}
