import { CommandHandler, EventsHandler, QueryHandler, Saga } from '@nestjs/cqrs';
import { commandHandlerKey, eventsHandlerKey, queryHandlerKey, sagaKey } from './cqrs-metadata.js';

class Message {
  readonly content = 'any';
}

describe('the metadata keys of @nestjs/cqrs', () => {
  it('are those that its decorators write', () => {
    @CommandHandler(Message)
    class OfCommand {}
    @QueryHandler(Message)
    class OfQuery {}
    @EventsHandler(Message)
    class OfEvents {}
    class OfSagas {
      @Saga()
      readonly step = () => undefined;
    }
    expect(Reflect.getMetadata(commandHandlerKey, OfCommand)).toBe(Message);
    expect(Reflect.getMetadata(queryHandlerKey, OfQuery)).toBe(Message);
    expect(Reflect.getMetadata(eventsHandlerKey, OfEvents)).toEqual([Message]);
    expect(Reflect.getMetadata(sagaKey, OfSagas)).toEqual(['step']);
  });
});
