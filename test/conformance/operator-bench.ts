import type { EventClass } from '../../src/shared-kernel/contracts/event-contract.js';
import { BulkChange } from '../../src/shared-kernel/messaging/operations/bulk-change.js';
import {
  CancelReplay,
  CancelReplayHandler,
} from '../../src/shared-kernel/messaging/operations/cancel-replay.js';
import { ChangeByHand } from '../../src/shared-kernel/messaging/operations/change-by-hand.js';
import {
  EditParkedEvent,
  EditParkedEventHandler,
} from '../../src/shared-kernel/messaging/operations/edit-parked-event.js';
import { ParkedEventFinder } from '../../src/shared-kernel/messaging/operations/parked-event-finder.js';
import {
  type ParkedFilter,
  ParkedEventReader,
} from '../../src/shared-kernel/messaging/operations/parked-event-reader.js';
import {
  PauseReaction,
  PauseReactionHandler,
} from '../../src/shared-kernel/messaging/operations/pause-reaction.js';
import { ReactionControl } from '../../src/shared-kernel/messaging/operations/reaction-control.js';
import { ReactionReports } from '../../src/shared-kernel/messaging/operations/reaction-reports.js';
import { ReplayRanges } from '../../src/shared-kernel/messaging/operations/replay-range.js';
import {
  RetryParkedEvent,
  RetryParkedEventHandler,
} from '../../src/shared-kernel/messaging/operations/retry-parked-event.js';
import {
  RetryParkedEvents,
  RetryParkedEventsHandler,
} from '../../src/shared-kernel/messaging/operations/retry-parked-events.js';
import {
  SkipParkedEvent,
  SkipParkedEventHandler,
} from '../../src/shared-kernel/messaging/operations/skip-parked-event.js';
import {
  SkipParkedEvents,
  SkipParkedEventsHandler,
} from '../../src/shared-kernel/messaging/operations/skip-parked-events.js';
import {
  StartReplay,
  StartReplayHandler,
} from '../../src/shared-kernel/messaging/operations/start-replay.js';
import type { RegisteredReaction } from '../../src/shared-kernel/messaging/reaction.js';
import { type MessagingKernel, ThingHappened } from './messaging-kernel.js';
import { reactionId } from './reaction-bench.js';

const by = 'key_test';

/** What the operator of a bench may look at and wake. */
interface Watched {
  refresh(): void;
}

/** The bench's one reaction, as the program would offer it to operators. */
class BenchControl extends ReactionControl {
  constructor(private readonly watched: () => Watched) {
    super();
  }

  find(id: string): RegisteredReaction | undefined {
    if (id !== reactionId) return undefined;
    const events = [ThingHappened] as readonly EventClass[];
    return { options: { id, start: 'first' }, events, handler: { handle: () => ({}) } };
  }

  lag() {
    return Promise.resolve([]);
  }

  look(): Promise<void> {
    this.watched().refresh();
    return Promise.resolve();
  }
}

/**
 * The operators' commands over a kernel and the reaction of its bench; parked events go by their
 * positions.
 *
 * @param watched the runner that sees each change at once; one that does nothing stands for a
 * change that another process made
 */
export function operatorBench(kernel: MessagingKernel, watched: () => Watched) {
  const { parts, store, log } = kernel;
  const control = new BenchControl(watched);
  const reader = new ParkedEventReader(store);
  const finder = new ParkedEventFinder(reader, control);
  const hand = new ChangeByHand(parts, control, log);
  const bulk = new BulkChange(reader, control, hand);
  const ranges = new ReplayRanges(parts);
  const pausing = new PauseReactionHandler(parts, control, hand);
  const of = (position: number) => ({ reactionId, event: String(position), by });
  return {
    reports: new ReactionReports(parts, reader, control),
    reader,
    finder,
    pause: (paused: boolean, revision?: number) =>
      pausing.execute(new PauseReaction({ id: reactionId, paused, revision, by })),
    retry: (position: number) =>
      new RetryParkedEventHandler(finder, parts, hand).execute(new RetryParkedEvent(of(position))),
    skip: (position: number) =>
      new SkipParkedEventHandler(finder, parts, hand).execute(
        new SkipParkedEvent({ ...of(position), reason: 'a test' }),
      ),
    edit: (position: number, data: unknown) =>
      new EditParkedEventHandler(finder, control, parts, hand).execute(
        new EditParkedEvent({ ...of(position), data }),
      ),
    retryAll: (filter: Omit<ParkedFilter, 'triable'> = {}, dryRun = false) =>
      new RetryParkedEventsHandler(parts, bulk).execute(
        new RetryParkedEvents({ reactionId, filter, dryRun, by }),
      ),
    skipAll: (filter: Omit<ParkedFilter, 'triable'> = {}, dryRun = false) =>
      new SkipParkedEventsHandler(parts, bulk).execute(
        new SkipParkedEvents({ reactionId, filter, dryRun, by, reason: 'a test' }),
      ),
    replay: (request: Partial<StartReplay['input']> = {}) =>
      new StartReplayHandler(ranges, control, parts, hand).execute(
        new StartReplay({ reactionId, dryRun: false, by, ...request }),
      ),
    cancel: (replayId: string) =>
      new CancelReplayHandler(parts, control, hand).execute(
        new CancelReplay({ reactionId, replayId, by }),
      ),
  };
}

export type OperatorBench = ReturnType<typeof operatorBench>;
