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
      { labels: {}, value: await this.storage.headPosition() },
    ]);
    this.meter.observeGauge('signalbox_reaction_lag_events', async () =>
      (await this.engine.lag()).map(({ reaction, events }) => ({
        labels: { reaction },
        value: events,
      })),
    );
    this.meter.observeGauge('signalbox_reaction_lag_seconds', () => this.ages());
    this.meter.observeGauge('signalbox_reaction_parked', async () => {
      const counts = new Map((await this.engine.lag()).map(({ reaction }) => [reaction, 0]));
      for (const { reaction_id: reaction, events } of await this.storage.countByState()) {
        counts.set(reaction, (counts.get(reaction) ?? 0) + events);
      }
      return [...counts].map(([reaction, value]) => ({ labels: { reaction }, value }));
    });
  }

  /** Age of the event that each reaction would handle next, 0 for one that is at the head. */
  private async ages() {
    const lags = await this.engine.lag();
    return Promise.all(
      lags.map(async ({ reaction, events, checkpoint }) => {
        const atMs = events === 0 ? undefined : await this.storage.occurredAfter(checkpoint);
        const value = atMs === undefined ? 0 : Math.max(0, this.clock.now() - atMs) / 1_000;
        return { labels: { reaction }, value };
      }),
    );
  }
}
