import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Decision } from '../event-log.js';
import { Schedule } from '../schedules/schedule.js';
import { ForgetRows } from './forget-rows.js';
import { OldEvents } from './old-events.js';
import { dayMs } from './retention-limits.js';
import { RetentionParts } from './retention-parts.js';
import { type Retention, retentionOf } from './retains.js';

const hourMs = 3_600_000;

/** Every hour: old events go to the archive, old rows and old segments go for good. */
@Injectable()
@Schedule({ id: 'messaging.apply-retention', everyMs: hourMs })
export class ApplyRetention implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private declared: readonly Retention[] = [];
  private stopping = false;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly rows: ForgetRows,
    private readonly oldEvents: OldEvents,
    private readonly parts: RetentionParts,
  ) {}

  onApplicationBootstrap(): void {
    const classes = new Set(this.discovery.getProviders().map(({ metatype }) => metatype));
    this.declared = [...classes].flatMap((metatype) => {
      const retention = typeof metatype === 'function' ? retentionOf(metatype) : undefined;
      return retention ?? [];
    });
  }

  beforeApplicationShutdown(): void {
    this.stopping = true;
  }

  /** Each batch is a commit of its own, so there is nothing left to decide in the end. */
  async run(): Promise<Decision> {
    const { eventLogKeepDays, archiveKeepDays } = this.parts.limits;
    const nowMs = this.parts.clock.now();
    const isStopping = () => this.stopping;
    const needs = this.declared.flatMap((retention) => retention.needs ?? []);
    const keeps = archiveKeepDays > 0;
    const beforeMs = nowMs - eventLogKeepDays * dayMs;
    await this.oldEvents.move({ beforeMs, keeps, needs, nowMs, isStopping });
    await this.rows.expireArchive(nowMs - archiveKeepDays * dayMs, isStopping);
    const forgotten = this.declared.flatMap((retention) => retention.forgets ?? []);
    const ended = forgotten.filter(({ ends }) => ends === true);
    await this.rows.forget(ended, nowMs, isStopping);
    const old = forgotten.filter(({ ends }) => ends !== true);
    for (const limit of ['historyKeepDays', 'dedupeWindowDays'] as const) {
      const rows = old.filter((one) => (one.limit ?? 'historyKeepDays') === limit);
      await this.rows.forget(rows, nowMs - this.parts.limits[limit] * dayMs, isStopping);
    }
    return {};
  }
}
