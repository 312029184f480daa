import { join } from 'node:path';
import type { InjectionToken } from '@nestjs/common';
import type { Query } from '@nestjs/cqrs';
import type { EventContract } from '#shared-kernel/contracts/event-contract.js';
import { SqliteStore } from '#shared-kernel/persistence/sqlite-store.js';
import type { Store } from '#shared-kernel/persistence/store.js';
import type { Answering, ModuleLike } from './contract-stubs.ts';
import * as expectations from './expectations.ts';
import type { ParkedEvent } from './parked-events.ts';
import { type Faults, playScenario, type SeedRange } from './play-scenario.ts';
import type { Answered, Situation, Step } from './stimulus.ts';

/** What a scenario may say of its modules and their surroundings. */
export interface ScenarioOptions {
  /** What neighbours answer; without it they answer what their contracts allow. */
  readonly neighbours?: readonly Answering[];
  /** Providers that are replaced, by their tokens: senders, mailers. They survive a crash. */
  readonly replaced?: readonly (readonly [InjectionToken, unknown])[];
  readonly env?: Readonly<Record<string, string>>;
  /** Opens the store, again after a crash; SQLite in the folder by default. */
  readonly openStore?: (folder: string) => Promise<Store>;
}

/** One step of a scenario, in the order in which it was written. */
export type ScenarioStep =
  | { readonly kind: 'given' | 'when'; readonly steps: readonly Step[] }
  | { readonly kind: 'after'; readonly ms: number }
  | { readonly kind: 'expect'; readonly check: expectations.Check };

/** A scenario as far as it is written: nothing runs before `verify`. */
export interface ScenarioPlan extends ScenarioOptions {
  readonly modules: readonly ModuleLike[];
  readonly steps: readonly ScenarioStep[];
  readonly faults: Faults;
  readonly seeds: SeedRange;
}

/**
 * Begins a scenario: one module, or a few, on the real kernel and a real store, with stubs made from
 * the contracts of all others.
 *
 * @example
 * await scenario(WebhooksModule)
 *   .given(new CreateSource(source))
 *   .when(({ resultOf }) => new ReceiveWebhook(...))
 *   .then.expectEvent(WebhookReceived, { provider: 'github' })
 *   .andNoOther('communication.*')
 *   .verify();
 */
export function scenario(
  modules: ModuleLike | readonly ModuleLike[],
  options: ScenarioOptions = {},
): Scenario {
  const list = Array.isArray(modules)
    ? (modules as readonly ModuleLike[])
    : [modules as ModuleLike];
  return new Scenario({ ...options, modules: list, steps: [], faults: {}, seeds: { seeds: 1 } });
}

/** Time for a test that goes its way with a dozen seeds and starts twice for each. */
export const manySeedsTimeoutMs = 120_000;

/** Scenarios that were begun and not verified: such a test would prove nothing. */
const unverified = new Set<object>();

afterEach(() => {
  const forgotten = unverified.size;
  unverified.clear();
  if (forgotten > 0) throw new Error('a scenario was written and not run: end it with .verify()');
});

/** Given and when. */
class Scenario {
  constructor(protected readonly plan: ScenarioPlan) {
    unverified.add(this);
  }

  /** What was before: without faults, and settled when the next step begins. */
  given(...steps: readonly Step[]): Scenario {
    return new Scenario(this.with({ kind: 'given', steps }));
  }

  /** What happens: under the faults of the scenario, then until nothing moves any more. */
  when(...steps: readonly Step[]): Scenario {
    return new Scenario(this.with({ kind: 'when', steps }));
  }

  /** Faults that `when` meets. */
  withFaults(faults: Faults): Scenario {
    return new Scenario(this.taken({ faults }));
  }

  /** Runs the scenario with as many seeds; a failure names the one that failed. */
  repeat(seeds: SeedRange): Scenario {
    return new Scenario(this.taken({ seeds }));
  }

  /** No function: awaiting a scenario does not run it, `verify` does. */
  get then(): Expectations {
    return new Expectations(this.taken({}));
  }

  protected with(step: ScenarioStep): ScenarioPlan {
    return this.taken({ steps: [...this.plan.steps, step] });
  }

  protected taken(change: Partial<ScenarioPlan>): ScenarioPlan {
    unverified.delete(this);
    return { ...this.plan, ...change };
  }
}

/** Then. Expectations are asked in their order, after all before them has settled. */
class Expectations extends Scenario {
  /** Exactly one event for each expectation; `partial` as for `toMatchObject`. */
  expectEvent(
    event: { readonly contract: Pick<EventContract, 'name' | 'version'> },
    partial: object = {},
  ): Expectations {
    return this.expecting(expectations.eventHappened(event.contract, partial));
  }

  /** No event of these names that was not expected before: a name, or its start and `*`. */
  andNoOther(pattern: string): Expectations {
    return this.expecting(expectations.nothingElse(pattern));
  }

  expectState<Result>(
    query: Query<Result> | ((situation: Situation) => Query<Result>),
    expected: unknown,
  ): Expectations {
    return this.expecting(expectations.stateIs(query, expected));
  }

  expectResult(message: Answered, partial: object): Expectations {
    return this.expecting(expectations.resultIs(message, partial));
  }

  /** A command or query that a neighbour was sent. */
  expectSent(
    message: { readonly contract: { readonly name: string } },
    partial: object = {},
  ): Expectations {
    return this.expecting(expectations.messageSent(message.contract.name, partial));
  }

  expectParked(reactionId: string, code: string, partial: Partial<ParkedEvent> = {}): Expectations {
    return this.expecting(expectations.eventParked(reactionId, code, partial));
  }

  /** A command or query of `when` was refused. */
  expectError(code: string): Expectations {
    return this.expecting(expectations.errorMet(code));
  }

  /** Anything else, about the world outside for instance. */
  expectThat(check: (situation: Situation) => void | Promise<void>): Expectations {
    return this.expecting(async (run) => check(run));
  }

  /** Lets time pass; whatever becomes due meanwhile happens at its time. */
  afterMs(ms: number): Expectations {
    return new Expectations(this.with({ kind: 'after', ms }));
  }

  /**
   * Runs the scenario.
   *
   * @throws Error with what does not hold, the seed, and the causal tree
   */
  async verify(): Promise<void> {
    const { openStore = openSqlite, ...plan } = this.taken({});
    await playScenario({ ...plan, openStore });
  }

  private expecting(check: expectations.Check): Expectations {
    return new Expectations(this.with({ kind: 'expect', check }));
  }
}

function openSqlite(folder: string): Promise<Store> {
  return SqliteStore.open({ file: join(folder, 'scenario.db') });
}
