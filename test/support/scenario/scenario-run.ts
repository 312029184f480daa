import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Query } from '@nestjs/cqrs';
import type { EventRow } from '#shared-kernel/messaging/event-row.js';
import type { Store } from '#shared-kernel/persistence/store.js';
import { type BootedModules, bootModules, type BootOptions } from './booted-modules.ts';
import { causalTree, type Happenings } from './causal-tree.ts';
import { DrivenClock } from './driven-clock.ts';
import { type Crash, FaultyStore } from './faulty-store.ts';
import { parkedEvents } from './parked-events.ts';
import { Quiescence } from './quiescence.ts';
import { Recording } from './recording-pipeline.ts';
import { contractOf, isEvent, type Situation, type Step, type Stimulus } from './stimulus.ts';

/** Longer than anything takes that comes to an end. */
const restTimeoutMs = 10_000;
const lookAgainMs = 2;

/** What one run needs to know. */
export interface RunOptions extends BootOptions {
  readonly openStore: (folder: string) => Promise<Store>;
  readonly crash: Crash | null;
  readonly random: (below: number) => number;
  /** Turns of the event loop that answers of the store may come late. */
  readonly lateTurnsMax: number;
}

/** One way through a scenario: modules on a store of their own, driven step by step. */
export class ScenarioRun implements Situation {
  /** What commands and queries of `when` met. */
  readonly errors: unknown[] = [];
  /** Parts of the world that expectations have asked for. */
  readonly expected = new Set<unknown>();
  readonly clock = new DrivenClock();
  readonly recording = new Recording();
  readonly sent: { readonly name: string; readonly input: unknown }[] = [];
  readonly fed = new Set<string>();
  crashes = 0;
  private readonly folder = mkdtempSync(join(tmpdir(), 'signalbox-scenario-'));
  private readonly results = new Map<string, unknown>();
  private modules: BootedModules | null = null;
  private quiescence: Quiescence | null = null;
  private positionBefore = 0;
  private handlingsBefore = 0;
  private isArmed = false;

  constructor(private readonly options: RunOptions) {}

  get nowMs(): number {
    return this.clock.nowMs;
  }

  /** Commits and handlers counted under faults so far. */
  get counted(): FaultyStore['counted'] {
    return this.running.store.counted;
  }

  readonly resultOf: Situation['resultOf'] = ({ contract: { name } }) => {
    if (!this.results.has(name)) throw new Error(`${name} was not executed before`);
    return this.results.get(name) as never;
  };

  readonly read: Situation['read'] = (query) => this.running.queries.execute(query);

  /** Starts the modules; a crash that is still to come is part of the first start only. */
  async boot(crash: Crash | null = this.options.crash): Promise<void> {
    const { openStore, lateTurnsMax, random } = this.options;
    const store = new FaultyStore(await openStore(this.folder), crash, () =>
      random(lateTurnsMax + 1),
    );
    try {
      this.modules = await bootModules(this.options, this.world, store);
    } catch (error) {
      await store.close();
      throw error;
    }
    store.isArmed = this.isArmed;
    this.quiescence = new Quiescence(this.modules, this.recording, () => this.clock.nowMs);
  }

  /** From here on events count as what the scenario is about. */
  async beginStory(): Promise<void> {
    this.positionBefore = (await this.eventsAfter(0)).at(-1)?.position ?? 0;
    this.handlingsBefore = this.recording.handlings.length;
  }

  /** Switches faults on or off. */
  arm(isArmed: boolean): void {
    this.isArmed = isArmed;
    this.running.store.isArmed = isArmed;
  }

  /** The stimuli of a step, made of what happened so far. */
  async made(step: Step): Promise<readonly Stimulus[]> {
    const made = typeof step === 'function' ? await step(this) : step;
    return Array.isArray(made) ? (made as readonly Stimulus[]) : [made as Stimulus];
  }

  /** Lets one stimulus reach the modules, again after a crash, as its sender would. */
  async perform(stimulus: Stimulus): Promise<void> {
    await this.surviving(async () => {
      if (isEvent(stimulus)) {
        this.fed.add(stimulus.id ?? '');
        // Not committed means that it stands in the log already.
        await this.running.log.tryCommit({ events: [stimulus] });
        return;
      }
      const { kind, name } = contractOf(stimulus);
      const { commands, queries } = this.running;
      const result: unknown =
        kind === 'command'
          ? await commands.execute(stimulus)
          : await queries.execute(stimulus as Query<unknown>);
      this.results.set(name, result);
    });
  }

  /** Waits until nothing happens any more. */
  async settle(): Promise<void> {
    await this.surviving(async () => {
      const endsAt = performance.now() + restTimeoutMs;
      for (let calm = 0; calm < 2;) {
        const unrest = (await this.quiescence?.unrest()) ?? null;
        calm = unrest === null ? calm + 1 : 0;
        if (performance.now() > endsAt) throw new Error(`it comes to no rest: ${unrest}`);
        await pause(lookAgainMs);
      }
    });
  }

  /** Lets time pass, with a stop wherever something becomes due. */
  async travel(ms: number): Promise<void> {
    const target = this.clock.nowMs + ms;
    for (;;) {
      await this.settle();
      const dueAtMs = await this.surviving(async () => this.quiescence?.nextDueAtMs() ?? null);
      if (dueAtMs === null || dueAtMs > target) break;
      this.clock.nowMs = Math.max(dueAtMs, this.clock.nowMs);
      this.quiescence?.wake();
    }
    this.clock.nowMs = target;
  }

  /** Everything since the story began. */
  async happenings(): Promise<Happenings> {
    return {
      events: await this.eventsAfter(this.positionBefore),
      handlings: this.recording.handlings.slice(this.handlingsBefore),
      parked: await parkedEvents(this.running.store),
    };
  }

  async tree(): Promise<string> {
    return causalTree(await this.happenings());
  }

  async end(): Promise<void> {
    await this.modules?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async surviving<Result>(work: () => Promise<Result>): Promise<Result> {
    for (;;) {
      if (this.running.store.isDead) await this.reboot();
      try {
        return await work();
      } catch (error) {
        if (!this.running.store.isDead) throw error;
      }
    }
  }

  private async reboot(): Promise<void> {
    this.crashes++;
    await this.running.stop();
    this.recording.inFlight = 0;
    await this.boot(null);
  }

  private async eventsAfter(position: number): Promise<EventRow[]> {
    return this.running.store.list<EventRow>({
      sql: `SELECT * FROM event_log WHERE position > ${position} ORDER BY position`,
      parameters: [],
    });
  }

  private get running(): BootedModules {
    if (this.modules === null) throw new Error('the modules are not started');
    return this.modules;
  }

  private get world() {
    const { folder, clock, recording, sent } = this;
    return { folder, clock, recording, sent };
  }
}
