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

/** A reaction's own look at the store, should all else that wakes it have been missed. */
const reactionPollMs = 30_000;
/** Past so many new events it costs less to wake everybody than to learn their names. */
const namesReadMax = 10_000;

/**
 * Runs the reactions of the program, each in a loop of its own that commits wake. What other
 * processes make is found by one look a second for all of them, so that a reaction which nobody
 * gives work costs nothing.
 */
@Injectable()
export class ReactionEngine {
  private readonly running = new Map<string, RunningReaction>();
  /** Loops to wake, by the name of the event. */
  private readonly byEvent = new Map<string, readonly WakeableLoop[]>();
  /** Position up to which the watch has told the reactions of events. */
  private seen = 0;
  private readonly watch = new WakeableLoop(
    () => this.lookAround(),
    (error) => this.tell('watch', error),
    () => this.parts.clock.now(),
  );

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
    this.seen = await this.parts.storage.log.head();
    this.parts.log.onCommit((appended) => this.wakeFor(appended));
    this.parts.store.onForeignAppend(() => this.watch.wake());
    this.watch.wake();
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
    await this.watch.stop();
    await Promise.all([...this.running.values()].map(({ loop }) => loop.stop()));
  }

  /** Lets every reaction look for work now. */
  wakeAll(): void {
    for (const { loop } of this.running.values()) loop.wake();
  }

  /** Wakes who has work that no commit of this process told of. */
  private async lookAround(): Promise<null> {
    const { storage, clock } = this.parts;
    const head = await storage.log.head();
    if (head - this.seen > namesReadMax) this.wakeAll();
    else if (head > this.seen) {
      const names = await storage.log.namesWithin(this.seen, head);
      this.wakeFor(names);
      // The others have nothing to read there, and so do not lag behind.
      const wanted = new Set(names.flatMap((name) => this.loopsOf(name)));
      for (const { runner, loop } of this.running.values()) {
        if (!wanted.has(loop)) runner.passOver(this.seen, head);
      }
    }
    this.seen = head;
    for (const id of await storage.withWork(clock.now())) this.running.get(id)?.loop.wake();
    return null;
  }

  /** By name, so that an event costs nothing to the many reactions that do not want it. */
  private wakeFor(events: readonly string[]): void {
    for (const name of new Set(events)) for (const loop of this.loopsOf(name)) loop.wake();
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
      reactionPollMs,
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
