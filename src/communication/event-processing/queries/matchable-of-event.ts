import { DeliveryExhausted } from '#communication/deliveries/contracts/delivery-exhausted.event.js';
import { EndpointDisabled } from '#communication/deliveries/contracts/endpoint-disabled.event.js';
import { EndpointRecovered } from '#communication/deliveries/contracts/endpoint-recovered.event.js';
import { PayloadDrifted } from '#communication/webhooks/contracts/payload-drifted.event.js';
import { WebhookReceived } from '#communication/webhooks/contracts/webhook-received.event.js';
import type { EventPayload, EventRecord } from '#shared-kernel/contracts/event-contract.js';
import { EventPublished } from '../contracts/event-published.event.js';
import { jsonOf } from '../domain/event-data.js';
import type { MatchableEvent } from '../domain/matchable-event.js';

/** The events that meet the rules. */
export const matchedEvents = [
  WebhookReceived,
  EventPublished,
  DeliveryExhausted,
  PayloadDrifted,
  EndpointDisabled,
  EndpointRecovered,
] as const;

/** What we tell about ourselves: only rules that name it get it. */
const operationalNames = new Set(
  [DeliveryExhausted, PayloadDrifted, EndpointDisabled, EndpointRecovered].map(
    ({ contract }) => contract.name,
  ),
);

type ArrivedRecord = Pick<EventRecord, 'name' | 'tenant' | 'type' | 'source' | 'payload'>;

/**
 * What rules see of an event: the payload of what came from outside, the facts of what we tell
 * about ourselves.
 *
 * @param data the data of the event's contract
 */
export function matchableOfEvent(record: ArrivedRecord, data: unknown): MatchableEvent {
  const { name, tenant, type, source, payload } = record;
  const operational = operationalNames.has(name);
  const webhook =
    name === WebhookReceived.contract.name ? WebhookReceived.contract.schema.parse(data) : null;
  const facts = { tenant, type, source, sourceId: webhook?.sourceId ?? null, operational };
  if (operational || payload === null) return { ...facts, data: operational ? data : undefined };
  return new PayloadEvent(facts, payload);
}

/** Parses its payload when a rule first looks into it: most events meet only rules that do not. */
class PayloadEvent implements MatchableEvent {
  readonly tenant: string;
  readonly type: string;
  readonly source: string;
  readonly sourceId: string | null;
  readonly operational = false;
  private parsed: { readonly json: unknown } | null = null;

  constructor(
    facts: Omit<MatchableEvent, 'data'>,
    private readonly payload: EventPayload,
  ) {
    this.tenant = facts.tenant;
    this.type = facts.type;
    this.source = facts.source;
    this.sourceId = facts.sourceId;
  }

  get data(): unknown {
    this.parsed ??= { json: jsonOf(this.payload) };
    return this.parsed.json;
  }
}
