import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import {
  asyncApiDocument,
  type EventReceiver,
} from '#shared-kernel/contracts/asyncapi-document.js';
import { ContractRegistry } from '#shared-kernel/contracts/contract-registry.js';
import type { EventClass } from '#shared-kernel/contracts/event-contract.js';
import { eventsHandlerKey } from '#shared-kernel/messaging/cqrs-metadata.js';
import { reactionOptionsOf } from '#shared-kernel/messaging/reaction.js';
import { programVersion } from './openapi.js';

/** Builds the AsyncAPI document from the contracts and the reactions of the running program. */
@Injectable()
export class AsyncApi {
  private built: object | undefined;

  constructor(
    private readonly registry: ContractRegistry,
    private readonly discovery: DiscoveryService,
    @Inject(programVersion) private readonly version: string,
  ) {}

  document(): object {
    const { version } = this;
    const contracts = this.registry.list();
    this.built ??= asyncApiDocument({ version, contracts, receivers: this.receivers() });
    return this.built;
  }

  private receivers(): EventReceiver[] {
    const receivers = this.discovery.getProviders().flatMap(({ metatype }) => {
      if (typeof metatype !== 'function') return [];
      const events = Reflect.getMetadata(eventsHandlerKey, metatype) as EventClass[] | undefined;
      const id = reactionOptionsOf(metatype)?.id;
      if (events === undefined || id === undefined) return [];
      return [{ id, events: events.map(({ contract }) => contract) }];
    });
    return receivers.sort((one, other) => (one.id < other.id ? -1 : 1));
  }
}
