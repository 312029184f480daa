import type { EventClass, LoggedEvent } from '../../src/shared-kernel/contracts/event-contract.js';
import type { Decision } from '../../src/shared-kernel/messaging/event-log.js';
import type { SettledOutcome } from '../../src/shared-kernel/messaging/event-settler.js';
import type { RegisteredReaction } from '../../src/shared-kernel/messaging/reaction.js';
import { ReactionRunner } from '../../src/shared-kernel/messaging/reaction-runner.js';
import { happened, type MessagingKernel, ThingHappened } from './messaging-kernel.js';

type Thing = InstanceType<typeof ThingHappened>;

/** A reaction whose handler is a function, and its runner as a process would have it. */
export interface ReactionBench {
  /** One round of the runner. */
  round(isStopping?: () => boolean): Promise<number | null>;
  /** Makes the runner ask the store anew, as after a change by a person. */
  refresh(): void;
  /** Rounds until nothing is due and nothing is new. */
  settle(): Promise<void>;
  /** As if the process had died: the runner starts from what the store remembers. */
  restart(): Promise<void>;
  /** A second process that takes the reaction over. */
  twin(): Promise<ReactionBench>;
  readonly outcomes: Record<SettledOutcome, number>;
}

export const reactionId = 'test.effect-when-thing-happened';
let instances = 0;

interface BenchOptions {
  readonly events?: readonly EventClass[];
  readonly independent?: boolean;
  readonly concurrency?: number;
}

export async function reactionBench(
  kernel: MessagingKernel,
  handle: (event: Thing) => Decision | Promise<Decision>,
  { events = [ThingHappened] as readonly EventClass[], ...options }: BenchOptions = {},
): Promise<ReactionBench> {
  if ((await kernel.storage.find(reactionId)) === undefined) {
    await kernel.store.commit([kernel.storage.register(reactionId, 0, 0)]);
  }
  const reaction: RegisteredReaction = {
    options: { id: reactionId, start: 'first', ...options },
    events,
    handler: { handle: (event: LoggedEvent) => handle(event as Thing) },
  };
  const outcomes = { handled: 0, parked: 0, retried: 0, dead: 0 };
  /** A process that takes the reaction over from whoever had it. */
  const newRunner = async () => {
    const instance = `instance-${++instances}`;
    const { epoch } = (await kernel.storage.find(reactionId))!;
    await kernel.store.commit([kernel.storage.take(reactionId, epoch, instance)]);
    return new ReactionRunner(reaction, kernel.parts, instance, {
      settled: (outcome) => {
        outcomes[outcome]++;
      },
      gaveUp: () => undefined,
    });
  };
  let runner = await newRunner();
  const round = (isStopping = () => false) => runner.catchUp(isStopping);
  return {
    outcomes,
    round,
    refresh: () => runner.invalidate(),
    async settle() {
      for (;;) {
        const dueAtMs = await round();
        if (dueAtMs === null || dueAtMs > kernel.clock.now()) return;
      }
    },
    async restart() {
      runner = await newRunner();
    },
    twin: () => reactionBench(kernel, handle, { events, ...options }),
  };
}

/** Appends events `from` to `to`, all of one key. */
export async function append(
  kernel: MessagingKernel,
  numbers: readonly number[],
  key = 'a',
): Promise<void> {
  await kernel.eventLog.commit({ events: numbers.map((n) => happened(n, key)) });
}

/** Numbers of the events whose effect happened, in its order. */
export async function effectsOf(kernel: MessagingKernel): Promise<number[]> {
  const rows = await kernel.rows<{ n: number }>('SELECT n FROM effect ORDER BY id');
  return rows.map(({ n }) => n);
}

/** Parked events in log order: number of the event, state and tries. */
export async function parkedOf(kernel: MessagingKernel): Promise<[number, string, number][]> {
  const rows = await kernel.rows<{ data: string; state: string; tries: number }>(
    'SELECT data, state, tries FROM parked_event JOIN event_log USING (position) ORDER BY position',
  );
  return rows.map(({ data, state, tries }) => [
    (JSON.parse(data) as { n: number }).n,
    state,
    tries,
  ]);
}
