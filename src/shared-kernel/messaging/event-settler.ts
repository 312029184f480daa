import { canPassLater, DomainError } from '#shared-kernel/domain/domain-error.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import { isStorageOutage } from '#shared-kernel/persistence/storage-errors.js';
import type { Decision } from './event-log.js';
import { EventDecider } from './event-decider.js';
import type { EventRow } from './event-row.js';
import { parkingOf } from './parking.js';
import type { RegisteredReaction } from './reaction.js';
import { messagingErrors } from './reaction-errors.js';
import type { ParkedEvent } from './parked-storage.js';
import type { ParkedState } from './reaction-tables.js';
import type { RunnerParts } from './runner-parts.js';

/** What may become of an event; `retried` is parked once more. */
export type SettledOutcome = 'handled' | 'parked' | 'retried' | 'dead';

/** One event and what became of it: the writes that settle it, in its own context. */
export interface Settlement {
  readonly key: string;
  readonly writes: readonly Write[];
  readonly decision: Decision;
  readonly outcome: SettledOutcome;
}

/** The event whose fault is written down: its place in the log and its key. */
type FaultyEvent = Pick<EventRow, 'position' | 'key'>;

/** Lets a reaction decide single events, and writes down those that it cannot handle. */
export class EventSettler {
  private readonly id: string;
  private readonly decider: EventDecider;

  constructor(
    reaction: RegisteredReaction,
    private readonly parts: RunnerParts,
  ) {
    this.id = reaction.options.id;
    this.decider = new EventDecider(reaction, parts);
  }

  /**
   * Lets the handler decide.
   *
   * @param retryOf the entry of a parked event that is tried again, null at the first try
   * @throws `storage.unavailable` when the store cannot work: that is no fault of the event
   */
  async settle(row: EventRow, retryOf: ParkedEvent | null): Promise<Settlement> {
    try {
      const { decision, writes } = await this.decider.decide(row, retryOf?.edited_data ?? row.data);
      const unparks = retryOf === null ? [] : this.unparks(retryOf);
      return { key: row.key, decision, outcome: 'handled', writes: [...unparks, ...writes] };
    } catch (error) {
      if (isStorageOutage(error)) throw error;
      const isHopeless = isLoop(error) || !canPassLater(error);
      return this.parks(row, retryOf, isHopeless ? 'dead' : 'parked', error);
    }
  }

  /** Writes down that the event could not be handled, or that it waits behind one of its key. */
  parks(
    event: FaultyEvent,
    retryOf: ParkedEvent | null,
    state: ParkedState,
    error: unknown,
  ): Settlement {
    const { storage, clock } = this.parts;
    const nowMs = clock.now();
    const parking = parkingOf(event, retryOf?.tries ?? 0, state, error, nowMs, Math.random());
    const writes =
      retryOf === null
        ? [storage.parked.park(this.id, parking)]
        : [storage.parked.parkAgain(this.id, parking, retryOf.tries)];
    const isDead = parking.state === 'dead';
    if (isDead) writes.push(storage.parked.releaseNext(this.id, event.key, nowMs));
    const outcome = isDead ? 'dead' : retryOf === null ? 'parked' : 'retried';
    return { key: event.key, decision: {}, writes, outcome };
  }

  private unparks(retryOf: ParkedEvent): Write[] {
    const { storage, clock } = this.parts;
    return [
      storage.parked.unpark(this.id, retryOf.position, retryOf.tries),
      storage.parked.releaseNext(this.id, retryOf.key, clock.now()),
    ];
  }
}

function isLoop(error: unknown): boolean {
  return error instanceof DomainError && error.code === messagingErrors.hopLimit.code;
}
