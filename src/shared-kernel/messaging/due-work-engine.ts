import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Log } from '#shared-kernel/observability/logger.js';
import { type DueItem, dueWorkOptionsOf, type PerformsDueWork } from './due-work.js';
import { DueWorker } from './due-worker.js';
import { errorFields } from './error-fields.js';
import { EventLog } from './event-log.js';
import { MessagingSettings } from './messaging-settings.js';
import { RunnerParts } from './runner-parts.js';

/** Finds everything that performs due work, runs it, and drains it at the end. */
@Injectable()
export class DueWorkEngine implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly workers = new Map<string, DueWorker>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly parts: RunnerParts,
    private readonly eventLog: EventLog,
    private readonly log: Log,
    private readonly settings: MessagingSettings,
  ) {}

  onApplicationBootstrap(): void {
    for (const { metatype, instance } of this.discovery.getProviders()) {
      if (typeof metatype !== 'function' || instance === undefined) continue;
      const options = dueWorkOptionsOf(metatype);
      if (options === undefined) continue;
      if (this.workers.has(options.effect)) {
        throw new Error(`two classes perform the due work of ${options.effect}`);
      }
      const worker = new DueWorker(
        options,
        instance as PerformsDueWork<DueItem>,
        this.settings.dueWorkConcurrency,
        this.parts,
        (error) =>
          this.log.error(
            { 'event.action': options.effect, ...errorFields(error) },
            `due work of ${options.effect} failed`,
          ),
      );
      this.workers.set(options.effect, worker);
      worker.wake();
    }
    this.eventLog.onCommit((_appended, due) => {
      for (const effect of due) this.workers.get(effect)?.wake();
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(
      [...this.workers.values()].map((worker) => worker.stop(this.settings.drainTimeoutMs)),
    );
  }
}
