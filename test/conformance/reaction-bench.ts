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
  /** Rounds until nothing is due and nothing is new. */
  settle(): Promise<void>;
  /** As if the process had died: the runner starts from what the store remembers. */
  restart(): Promise<void>;
  /** A second process with the same reaction. */
  twin(): Promise<ReactionBench>;
  readonly outcomes: Record<SettledOutcome, number>;
}

const id = 'test.effect-when-thing-happened';

export async function reactionBench(
  kernel: MessagingKernel,
  handle: (event: Thing) => Decision | Promise<Decision>,
  { independent = false, events = [ThingHappened] as readonly EventClass[] } = {},
): Promise<ReactionBench> {
  const stored = await kernel.storage.checkpoints();
  if (!stored.has(id)) await kernel.store.commit([kernel.storage.register(id, 0, 0)]);
  const reaction: RegisteredReaction = {
    options: { id, start: 'first', independent },
    events,
    handler: { handle: (event: LoggedEvent) => handle(event as Thing) },
  };
  const outcomes = { handled: 0, parked: 0, retried: 0, dead: 0 };
  const newRunner = async () =>
    new ReactionRunner(
      reaction,
      (await kernel.storage.checkpoints()).get(id) ?? 0,
      kernel.parts,
      (_, outcome) => outcomes[outcome]++,
    );
  let runner = await newRunner();
  const round = (isStopping = () => false) => runner.catchUp(isStopping);
  return {
    outcomes,
    round,
    async settle() {
      for (;;) {
        const dueAtMs = await round();
        if (dueAtMs === null || dueAtMs > kernel.clock.now()) return;
      }
    },
    async restart() {
      runner = await newRunner();
    },
    twin: () => reactionBench(kernel, handle, { independent, events }),
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
  const rows = await kernel.rows<{ n: number; state: string; tries: number }>(
    "SELECT json_extract(data, '$.n') AS n, state, tries FROM parked_event " +
      'JOIN event_log USING (position) ORDER BY position',
  );
  return rows.map(({ n, state, tries }) => [n, state, tries]);
}
