import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Log } from '#shared-kernel/observability/logger.js';
import {
  type DueItem,
  type DueWorkOptions,
  dueWorkOptionsOf,
  type PerformsDueWork,
} from './due-work.js';
import { DueWorker } from './due-worker.js';
import { errorFields } from './error-fields.js';
import { EventLog } from './event-log.js';
import { MessagingSettings } from './messaging-settings.js';
import { RunnerParts } from './runner-parts.js';

/** Finds everything that performs due work, runs it, and drains it at the end. */
@Injectable()
export class DueWorkEngine {
  private readonly workers = new Map<string, DueWorker>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly parts: RunnerParts,
    private readonly eventLog: EventLog,
    private readonly log: Log,
    private readonly settings: MessagingSettings,
  ) {}

  async start(): Promise<void> {
    for (const { metatype, instance } of this.discovery.getProviders()) {
      if (typeof metatype !== 'function' || instance === undefined) continue;
      const options = dueWorkOptionsOf(metatype);
      if (options !== undefined) this.add(options, instance as PerformsDueWork<DueItem>);
    }
    await this.reclaimOfFormerProcess();
    for (const worker of this.workers.values()) worker.wake();
    this.eventLog.onCommit((_appended, due) => {
      for (const effect of due) this.workers.get(effect)?.wake();
    });
  }

  /** Makes due at once, and wakes the workers for, what an instance that died had claimed. */
  async reclaim(instanceId: string): Promise<void> {
    for (const [effect, worker] of this.workers) {
      this.tellOfReclaimed(effect, await worker.reclaim(instanceId), `of ${instanceId}`);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(
      [...this.workers.values()].map((worker) => worker.stop(this.settings.drainTimeoutMs)),
    );
  }

  /** A store of our own has no other instance: what one had claimed, it left when it was killed. */
  private async reclaimOfFormerProcess(): Promise<void> {
    if (this.parts.store.isShared) return;
    for (const [effect, worker] of this.workers) {
      this.tellOfReclaimed(effect, await worker.reclaimOthers(), 'of a process that was killed');
    }
  }

  private tellOfReclaimed(effect: string, items: number, whose: string): void {
    if (items === 0) return;
    this.log.info({ 'event.action': effect }, `due again: ${items} claimed tries ${whose}`);
  }

  private add(options: DueWorkOptions, performer: PerformsDueWork<DueItem>): void {
    const { effect } = options;
    if (this.workers.has(effect)) throw new Error(`two classes perform the due work of ${effect}`);
    const { instanceId, dueWorkConcurrency: concurrency } = this.settings;
    const worker = new DueWorker(
      options,
      performer,
      { instanceId, concurrency },
      this.parts,
      (error) =>
        this.log.error(
          { 'event.action': effect, ...errorFields(error) },
          `due work of ${effect} failed`,
        ),
    );
    this.workers.set(effect, worker);
  }
}
