import { type IQueryHandler, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { DeliveriesOfEvent } from '#communication/deliveries/contracts/deliveries-of-event.query.js';
import { NotificationsOfEvent } from '#communication/notifications/contracts/notifications-of-event.query.js';
import { WebhookOfEvent } from '#communication/webhooks/contracts/webhook-of-event.query.js';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { EventLogReader } from '#shared-kernel/messaging/event-log-reader.js';
import { EventArchive } from '#shared-kernel/messaging/retention/event-archive.js';
import { showData } from '../domain/event-data.js';
import { RuleEvaluations } from '../domain/rule-evaluations.js';
import { eventState, eventStateSchema } from './event-state.js';
import { missingEvent } from './missing-event.js';
import { timelineEntrySchema, timelineOf } from './event-timeline.js';

/** One event with its data and everything that happened to it. */
export class GetEvent extends defineQuery({
  name: 'event-processing.get-event',
  input: z.strictObject({ tenant: z.string(), id: z.string() }),
  result: eventStateSchema.extend({
    /** The payload: as JSON, as Base64, or the reason why it is not here; none without payload. */
    data: z.unknown().optional(),
    dataBase64: z.string().optional(),
    dataOmitted: z.string().optional(),
    timeline: z.array(timelineEntrySchema),
  }),
}) {}

@QueryHandler(GetEvent)
export class GetEventHandler implements IQueryHandler<GetEvent> {
  constructor(
    private readonly events: EventLogReader,
    private readonly evaluations: RuleEvaluations,
    private readonly queries: QueryBus,
    private readonly archive: EventArchive,
  ) {}

  async execute({ input: { tenant, id } }: GetEvent) {
    const row = await this.events.byId(tenant, id);
    if (row === undefined) throw await missingEvent(this.archive, tenant, id);
    const { payload, ...listed } = row;
    const [webhook, evaluations, deliveries, notifications] = await Promise.all([
      this.queries.execute(new WebhookOfEvent({ tenant, eventId: id })),
      this.evaluations.ofEvent(tenant, id),
      this.queries.execute(new DeliveriesOfEvent({ tenant, eventId: id })),
      this.queries.execute(new NotificationsOfEvent({ tenant, eventId: id })),
    ]);
    const storedAtMs = row.occurred_at_ms;
    return {
      ...eventState({ ...listed, payload_bytes: payload?.byteLength ?? null }),
      ...showData(payload === null ? null : { bytes: payload, contentType: row.payload_type }),
      timeline: timelineOf({ storedAtMs, webhook, evaluations, deliveries, notifications }),
    };
  }
}
