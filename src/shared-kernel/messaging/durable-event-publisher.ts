import type { IEventPublisher } from '@nestjs/cqrs';
import type { NewEvent } from '#shared-kernel/contracts/event-contract.js';
import type { EventLog } from './event-log.js';

/**
 * What the event bus of @nestjs/cqrs publishes with: the durable log. `await
 * eventBus.publish(event)` resolves once the event is stored; reactions run from there, never from
 * the bus's in-memory stream.
 */
export class DurableEventPublisher implements IEventPublisher {
  constructor(private readonly log: EventLog) {}

  /** @throws TypeError for anything that the `of` of an event class did not make */
  publish(event: unknown): Promise<void> {
    return this.publishAll([event]);
  }

  /** Stores all of them or none. */
  async publishAll(events: unknown[]): Promise<void> {
    await this.log.commit({ events: events.map(asNewEvent) });
  }
}

/** The bus takes anything, so this is where a stray object is told from an event. */
function asNewEvent(event: unknown): NewEvent {
  const { contract, tenant } = Object(event) as Partial<NewEvent>;
  if (contract?.kind === 'event' && typeof tenant === 'string') return event as NewEvent;
  throw new TypeError(
    `${shapeOf(event)} is not an event: publish what the of(...) of a defineEvent class makes`,
  );
}

/** Names of fields at the most, since values may be secrets. */
function shapeOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return `a value of type ${typeof value}`;
  return `an object with the fields [${Object.keys(value).join(', ')}]`;
}
