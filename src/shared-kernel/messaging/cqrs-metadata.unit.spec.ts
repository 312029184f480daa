import { CommandHandler, EventsHandler, QueryHandler } from '@nestjs/cqrs';
import { commandHandlerKey, eventsHandlerKey, queryHandlerKey } from './cqrs-metadata.js';

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
    expect(Reflect.getMetadata(commandHandlerKey, OfCommand)).toBe(Message);
    expect(Reflect.getMetadata(queryHandlerKey, OfQuery)).toBe(Message);
    expect(Reflect.getMetadata(eventsHandlerKey, OfEvents)).toEqual([Message]);
  });
});
