import { Injectable } from '@nestjs/common';
import { Log } from '#shared-kernel/observability/logger.js';
import { DueWorkEngine } from './due-work-engine.js';
import { errorFields } from './error-fields.js';
import { MessagingSettings } from './messaging-settings.js';
import { ReactionEngine } from './reaction-engine.js';
import { ReactionLeases } from './reaction-leases.js';
import { RunnerParts } from './runner-parts.js';
import { WakeableLoop } from './wakeable-loop.js';

/** Pause between two signs of life. */
const beatMs = 1_000;

/**
 * Starts the reactions, keeps this process's share of them, gives back what a process that died had
 * claimed, and drains the reactions at the end.
 */
@Injectable()
export class LeaseKeeper {
  private leases: ReactionLeases | null = null;
  private readonly loop = new WakeableLoop(
    () => this.round(),
    (error) => this.log.error({ 'event.action': 'leases', ...errorFields(error) }, 'leases'),
    () => this.parts.clock.now(),
  );

  constructor(
    private readonly engine: ReactionEngine,
    private readonly dueWork: DueWorkEngine,
    private readonly parts: RunnerParts,
    private readonly settings: MessagingSettings,
    private readonly log: Log,
  ) {}

  async start(): Promise<void> {
    const { storage, store, clock } = this.parts;
    const self = { id: this.settings.instanceId, reactions: await this.engine.start() };
    const { silenceMaxMs } = this.settings;
    const observation = silenceMaxMs === undefined ? {} : { silenceMaxMs };
    this.leases = new ReactionLeases(self, storage, store, clock, observation);
    await this.look();
    // Without neighbours nothing changes hands.
    if (store.isShared) this.loop.wake();
  }

  /** Looks at once whether something changed; call it after a change by a person. */
  async look(): Promise<void> {
    const { leases } = this;
    if (leases === null) return;
    const { changed, silent } = await leases.renew();
    this.engine.refresh(changed);
    for (const instance of silent) {
      await this.dueWork.reclaim(instance.id);
      await leases.bury(instance);
    }
  }

  async stop(): Promise<void> {
    await this.loop.stop();
    await this.engine.stop();
    try {
      await this.leases?.release();
    } catch (error) {
      // The end goes on without: the others take the reactions over once they miss the heartbeat.
      this.log.warn({ 'event.action': 'leases', ...errorFields(error) }, 'leases are not released');
    }
  }

  private async round(): Promise<number> {
    await this.look();
    return this.parts.clock.now() + beatMs;
  }
}
