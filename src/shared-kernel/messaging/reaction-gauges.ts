import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '#shared-kernel/domain/clock.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { ReactionEngine } from './reaction-engine.js';
import { ReactionStorage } from './reaction-storage.js';

/** Figures of the log and its reactions, read when they are scraped. */
@Injectable()
export class ReactionGauges implements OnModuleInit {
  constructor(
    private readonly meter: Meter,
    private readonly engine: ReactionEngine,
    private readonly storage: ReactionStorage,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.meter.observeGauge('signalbox_event_log_position', async () => [
      { labels: {}, value: await this.storage.log.head() },
    ]);
    this.meter.observeGauge('signalbox_reaction_lag_events', async () =>
      (await this.engine.lag()).map(({ reaction, events }) => ({
        labels: { reaction },
        value: events,
      })),
    );
    this.meter.observeGauge('signalbox_reaction_lag_seconds', () => this.ages());
    this.meter.observeGauge('signalbox_reaction_events', () => this.accounts());
  }

  /**
   * Where every event is that a reaction was given: `taken` is counted with the checkpoint, the
   * others where the event ended, so the two sides can be held against each other.
   */
  private async accounts() {
    return (await this.storage.accounts()).flatMap(({ id: reaction, ...states }) =>
      Object.entries(states).map(([state, value]) => ({ labels: { reaction, state }, value })),
    );
  }

  /** Age of the event that each reaction would handle next, 0 for one that is at the head. */
  private async ages() {
    const lags = await this.engine.lag();
    return Promise.all(
      lags.map(async ({ reaction, events, checkpoint }) => {
        const atMs = events === 0 ? undefined : await this.storage.log.occurredAfter(checkpoint);
        const value = atMs === undefined ? 0 : Math.max(0, this.clock.now() - atMs) / 1_000;
        return { labels: { reaction }, value };
      }),
    );
  }
}
