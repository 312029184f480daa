import { Injectable, Module, Scope, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import {
  CommandHandler,
  CqrsModule,
  EventBus,
  EventsHandler,
  type EventsHandler as AnyDecorator,
  QueryHandler,
  Saga,
} from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { BusChecks } from './bus-checks.js';
import { DurableEventPublisher } from './durable-event-publisher.js';
import type { EventLog } from './event-log.js';

class Message {
  readonly content = 'any';
}

const log = { commit: async () => undefined } as unknown as EventLog;
const eventPublisher = new DurableEventPublisher(log);

async function start(...providers: Type[]): Promise<void> {
  const module = await Test.createTestingModule({
    imports: [DiscoveryModule, CqrsModule.forRoot({ eventPublisher })],
    providers: [BusChecks, { provide: 'not a class', useValue: 1 }, ...providers],
  }).compile();
  await module.init();
  await module.close();
}

describe('the checks of the buses at the start', () => {
  it('take handlers, scoped providers that handle nothing, and values', async () => {
    @CommandHandler(Message)
    class Handles {
      execute = async () => undefined;
    }
    @Injectable({ scope: Scope.REQUEST })
    class OfOneRequest {}
    await expect(start(Handles, OfOneRequest)).resolves.toBeUndefined();
  });

  it('refuse a saga by its name', async () => {
    class Orders {
      @Saga()
      readonly ship = () => undefined;
    }
    await expect(start(Orders)).rejects.toThrow(
      'Orders.ship is a @Saga, which would never run: write a @Reaction',
    );
  });

  it.each([
    ['command', CommandHandler as typeof AnyDecorator],
    ['query', QueryHandler as typeof AnyDecorator],
    ['event', EventsHandler],
  ])('refuse a request-scoped %s handler, which would miss the pipeline', async (_, decorate) => {
    @Injectable({ scope: Scope.REQUEST })
    class Scoped {}
    decorate(Message)(Scoped);
    await expect(start(Scoped)).rejects.toThrow('Scoped handles messages and is request-scoped');
  });

  it('refuse an event bus that publishes to memory', async () => {
    @Module({ imports: [CqrsModule.forRoot()] })
    class Feature {}
    const module = await Test.createTestingModule({
      imports: [DiscoveryModule, Feature],
      providers: [BusChecks],
    }).compile();
    await expect(module.init()).rejects.toThrow('an event bus in CqrsModule publishes past');
    expect(module.get(EventBus, { strict: false })).toBeInstanceOf(EventBus);
  });
});
