import { z } from 'zod';
import type { EventRow } from '#shared-kernel/messaging/event-row.js';

/** What an event that was published as a CloudEvent may say about its order. */
const partitioned = z.object({
  extensions: z.object({ partitionkey: z.union([z.string(), z.number(), z.boolean()]) }),
});

/**
 * The key within which an endpoint with an order gets its deliveries one after another: the
 * CloudEvents extension `partitionkey` if the publisher set it, else the subject, else the source
 * (https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/partitioning.md). The three
 * are told apart, so that a subject never meets a source of the same name.
 */
export function orderKeyOf({
  data,
  subject,
  source,
}: Pick<EventRow, 'data' | 'subject' | 'source'>): string {
  const { success, data: known } = partitioned.safeParse(JSON.parse(data));
  if (success) return `key:${known.extensions.partitionkey}`;
  return subject === null ? `source:${source}` : `subject:${source} ${subject}`;
}
