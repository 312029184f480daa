import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock, isoTime } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { EndpointTested } from '../contracts/endpoint-tested.event.js';
import { DeliveryQueue } from '../domain/delivery-queue.js';
import { EndpointRegistry } from '../domain/endpoint-registry.js';
import { deliveryErrors } from '../errors.js';
import { originOfWork } from './origin-of-work.js';

/** No rule asked for it. */
const noRule = '';

/**
 * Sends an endpoint a message of the type `signalbox.test` by the way that every message goes:
 * queued, signed, tried again. Nobody else gets it.
 */
export class SendTestEvent extends defineCommand({
  name: 'deliveries.send-test-event',
  input: z.strictObject({ tenant: z.string(), endpointId: z.string(), askedBy: z.string() }),
  result: z.strictObject({ eventId: z.string(), deliveryId: z.string() }),
}) {}

@CommandHandler(SendTestEvent)
export class SendTestEventHandler implements ICommandHandler<SendTestEvent> {
  constructor(
    private readonly endpoints: EndpointRegistry,
    private readonly queue: DeliveryQueue,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { tenant, endpointId, askedBy } }: SendTestEvent) {
    if ((await this.endpoints.byId(tenant, endpointId)) === undefined) {
      throw deliveryErrors.endpointNotFound(`There is no endpoint ${endpointId}.`);
    }
    const createdAtMs = this.clock.now();
    const eventId = newId('evt', createdAtMs);
    const deliveryId = newId('dlv', createdAtMs);
    const message = { message: 'This is a test.', endpointId, sentAt: isoTime(createdAtMs) };
    const event = EndpointTested.of({
      id: eventId,
      tenant,
      type: 'signalbox.test',
      source: `/endpoints/${endpointId}`,
      data: { endpointId, askedBy },
      payload: { bytes: Buffer.from(JSON.stringify(message)), contentType: 'application/json' },
    });
    const origin = { ...originOfWork(), causationId: eventId };
    const target = { id: deliveryId, tenant, endpointId, eventId, ruleId: noRule };
    // It waits for nobody and holds nobody back.
    const writes = this.queue.schedule({ ...target, origin, createdAtMs, turn: null });
    await this.log.commit({ writes, events: [event], due: ['delivery'] });
    return { eventId, deliveryId };
  }
}
