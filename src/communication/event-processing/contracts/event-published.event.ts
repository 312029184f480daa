import { z } from 'zod';
import { defineEvent } from '#shared-kernel/contracts/event-contract.js';

/** An API client published a CloudEvent; its data is the payload of the event. */
export class EventPublished extends defineEvent({
  name: 'communication.event-published',
  version: 1,
  summary: 'An API client published a CloudEvent; its data is the payload of the event.',
  schema: z.strictObject({
    /** CloudEvents `id`, unique within the event's source. */
    cloudEventId: z.string(),
    /** CloudEvents `time`, in milliseconds since the epoch. */
    timeMs: z.number().nullable(),
    dataSchema: z.string().nullable(),
    extensions: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
  key: (data) => data.cloudEventId,
  examples: [
    { cloudEventId: 'A234-1234-1234', timeMs: 1_522_942_260_000, dataSchema: null, extensions: {} },
  ],
  since: '0.1.0',
  producer: 'event-processing',
}) {}
