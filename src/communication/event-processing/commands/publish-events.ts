import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { bytesSchema } from '#shared-kernel/contracts/bytes-schema.js';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import { EventPublished } from '../contracts/event-published.event.js';
import { type IncomingEvent, parseCloudEvents } from '../domain/cloud-events.js';
import { PublishedEvents } from '../domain/published-events.js';

const publishedSchema = z.strictObject({
  id: z.string(),
  cloudEventId: z.string(),
  duplicate: z.boolean(),
});

/** Stores the CloudEvents of one request; an event that is known already answers its first id. */
export class PublishEvents extends defineCommand({
  name: 'event-processing.publish-events',
  input: z.strictObject({
    tenant: z.string(),
    headers: z.record(z.string(), z.union([z.string(), z.array(z.string())]).optional()),
    body: bytesSchema,
  }),
  result: z.strictObject({ events: z.array(publishedSchema) }),
}) {}

@CommandHandler(PublishEvents)
export class PublishEventsHandler implements ICommandHandler<PublishEvents> {
  constructor(
    private readonly published: PublishedEvents,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { tenant, headers, body } }: PublishEvents) {
    const incoming = parseCloudEvents(headers, body);
    // Each event has its own commit, so a known one does not undo the others; started in one turn,
    // they share one transaction and keep the order of the request.
    const events = await Promise.all(incoming.map((event) => this.publish(tenant, event)));
    return { events };
  }

  private async publish(tenant: string, event: IncomingEvent) {
    const { id: cloudEventId, source } = event;
    const nowMs = this.clock.now();
    const id = newId('evt', nowMs);
    const name = { tenant, source, cloudEventId };
    const outcome = await this.log.tryCommit({
      writes: [this.published.add(name, id, nowMs)],
      events: [eventPublished(tenant, id, event)],
    });
    if (outcome.committed) return { id, cloudEventId, duplicate: false };
    const firstId = await this.published.eventIdOf(name);
    if (firstId === undefined) {
      // Its row went between the two looks: the publisher's next try will be new.
      throw storageErrors.conflict(`The event that ${cloudEventId} repeats was just removed.`);
    }
    return { id: firstId, cloudEventId, duplicate: true };
  }
}

function eventPublished(tenant: string, id: string, event: IncomingEvent) {
  const { type, source, subject, payload, dataContentType: contentType } = event;
  const isEmpty = payload.byteLength === 0 && contentType === null;
  return EventPublished.of({
    tenant,
    id,
    type,
    source,
    subject,
    data: {
      cloudEventId: event.id,
      timeMs: event.timeMs,
      dataSchema: event.dataSchema,
      extensions: event.extensions,
    },
    ...(isEmpty ? {} : { payload: { bytes: payload, contentType } }),
  });
}
