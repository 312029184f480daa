import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { EventBus } from '@nestjs/cqrs';
import { commandHandlerKey, eventsHandlerKey, queryHandlerKey, sagaKey } from './cqrs-metadata.js';
import { DurableEventPublisher } from './durable-event-publisher.js';

type Provider = ReturnType<DiscoveryService['getProviders']>[number];

const handlerKeys = [commandHandlerKey, queryHandlerKey, eventsHandlerKey];

/**
 * Refuses at the start what @nestjs/cqrs takes and what would here never run, run past the
 * pipeline, or publish to memory: each of these would otherwise lose work without a word.
 */
@Injectable()
export class BusChecks implements OnModuleInit {
  constructor(private readonly discovery: DiscoveryService) {}

  /** @throws Error that names the class and what to do instead */
  onModuleInit(): void {
    for (const provider of this.discovery.getProviders()) {
      refuseForeignBus(provider);
      if (typeof provider.metatype !== 'function') continue;
      refuseSagas(provider.metatype);
      refuseScopedHandler(provider.metatype, provider.isDependencyTreeStatic());
    }
  }
}

/** A module's own `CqrsModule.forRoot()` makes an event bus whose events never reach the log. */
function refuseForeignBus({ instance, host }: Provider): void {
  if (!(instance instanceof EventBus) || instance.publisher instanceof DurableEventPublisher) {
    return;
  }
  const where = host === undefined ? '' : ` in ${host.name}`;
  throw new Error(
    `an event bus${where} publishes past the event log: import CqrsModule without forRoot, ` +
      'or not at all, since MessagingModule provides the buses to every module',
  );
}

/** The in-memory stream that feeds sagas stays empty, since events come from the log. */
function refuseSagas(metatype: object): void {
  const [saga] = (Reflect.getMetadata(sagaKey, metatype) ?? []) as string[];
  if (saga === undefined) return;
  throw new Error(
    `${nameOf(metatype)}.${saga} is a @Saga, which would never run: write a @Reaction, which ` +
      'survives errors and restarts',
  );
}

/** A handler made anew for each message would miss the pipeline that was put around the first. */
function refuseScopedHandler(metatype: object, isStatic: boolean): void {
  if (isStatic || !handlerKeys.some((key) => Reflect.hasMetadata(key, metatype))) return;
  throw new Error(
    `${nameOf(metatype)} handles messages and is request-scoped: make it and what it injects ` +
      'singletons, the context of a message travels by itself',
  );
}

function nameOf(metatype: object): string {
  return (metatype as { readonly name: string }).name;
}
