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

  publish(event: unknown): Promise<void> {
    return this.publishAll([event]);
  }

  publishAll(events: unknown[]): Promise<void> {
    return this.log.commit({ events: events as NewEvent[] });
  }
}
