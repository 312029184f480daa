import type { EventClass } from '#shared-kernel/contracts/event-contract.js';
import { DomainError } from '#shared-kernel/domain/domain-error.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import { isStorageOutage } from '#shared-kernel/persistence/storage-errors.js';
import type { Decision } from './event-log.js';
import { eventRecordOf, type EventRow } from './event-row.js';
import { parkingOf } from './parking.js';
import type { RegisteredReaction } from './reaction.js';
import { messagingErrors } from './reaction-errors.js';
import type { ParkedEvent, ParkedState } from './reaction-storage.js';
import type { RunnerParts } from './runner-parts.js';

/** Reactions that may lead to one another before an event counts as part of a loop. */
const hopsMax = 16;

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
  private readonly classes: ReadonlyMap<string, EventClass>;

  constructor(
    private readonly reaction: RegisteredReaction,
    private readonly parts: RunnerParts,
  ) {
    this.id = reaction.options.id;
    this.classes = new Map(
      reaction.events.map((event) => [`${event.contract.name} ${event.contract.version}`, event]),
    );
  }

  /**
   * Lets the handler decide.
   *
   * @param retryOf the entry of a parked event that is tried again, null at the first try
   * @throws `storage.unavailable` when the store cannot work: that is no fault of the event
   */
  async settle(row: EventRow, retryOf: ParkedEvent | null): Promise<Settlement> {
    try {
      const { decision, writes } = await this.decide(row);
      const unparks = retryOf === null ? [] : this.unparks(retryOf);
      return { key: row.key, decision, outcome: 'handled', writes: [...unparks, ...writes] };
    } catch (error) {
      if (isStorageOutage(error)) throw error;
      const isLoop = error instanceof DomainError && error.code === messagingErrors.hopLimit.code;
      return this.parks(row, retryOf, isLoop ? 'dead' : 'parked', error);
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
        ? [storage.park(this.id, parking)]
        : [storage.parkAgain(this.id, parking, retryOf.tries)];
    const isDead = parking.state === 'dead';
    if (isDead) writes.push(storage.releaseNext(this.id, event.key, nowMs));
    const outcome = isDead ? 'dead' : retryOf === null ? 'parked' : 'retried';
    return { key: event.key, decision: {}, writes, outcome };
  }

  private unparks(retryOf: ParkedEvent): Write[] {
    const { storage, clock } = this.parts;
    return [
      storage.unpark(this.id, retryOf.position, retryOf.tries),
      storage.releaseNext(this.id, retryOf.key, clock.now()),
    ];
  }

  /** Runs the handler in the context of its cause; the rows of its events are made there. */
  private async decide(row: EventRow): Promise<{ decision: Decision; writes: Write[] }> {
    const eventClass = this.classes.get(`${row.name} ${row.version}`);
    const data: unknown = JSON.parse(row.data);
    const message = {
      kind: 'reaction' as const,
      name: this.id,
      origin: {
        traceparent: row.traceparent,
        correlationId: row.correlation_id,
        causationId: row.id,
        hops: row.hops + 1,
      },
      contract: eventClass?.contract ?? null,
      input: data,
      facts: { 'labels.event_id': row.id, 'labels.event_type': row.type },
    };
    return this.parts.pipeline.run(message, async () => {
      if (row.hops >= hopsMax) {
        throw messagingErrors.hopLimit(`${row.hops} reactions led to ${row.id}.`);
      }
      if (eventClass === undefined) {
        throw messagingErrors.unknownEvent(`${this.id} does not know ${row.name} v${row.version}.`);
      }
      const event = new eventClass(eventRecordOf(row), data);
      const decision = await this.reaction.handler.handle(event);
      const appends = this.parts.log.appends(decision.events ?? []);
      return { decision, writes: [...(decision.writes ?? []), ...appends] };
    });
  }
}
