import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { MatchEndpointEvents } from '#communication/event-processing/contracts/match-endpoint-events.query.js';
import { TenantEvents } from '#shared-kernel/messaging/tenant-events.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import { EndpointTested } from '../contracts/endpoint-tested.event.js';
import { startAgain } from '../domain/delivery.js';
import { DeliveryQueue } from '../domain/delivery-queue.js';
import { wantsEventType } from '../domain/endpoint-options.js';
import { KnownEndpoints } from '../domain/known-endpoints.js';
import { RecoverableDeliveries } from '../domain/recoverable-deliveries.js';
import {
  type Recovery,
  type RecoveryStep,
  recoveryStepSize,
  type ReplaySelection,
} from '../domain/recovery.js';
import { type ReplayedEvent, replayedDelivery } from './replayed-delivery.js';

/** What a delivery that no rule asked for says in the place of a rule. */
const noRule = '';

/** What one step will write, and where it leads. */
interface StepPlan {
  readonly step: RecoveryStep;
  readonly writes: readonly Write[];
  /** Endpoints that get more to do. */
  readonly endpointIds: readonly string[];
}

/** Decides the next step of a recovery on fresh reads. */
@Injectable()
export class PlanRecoveryStep {
  constructor(
    private readonly deliveries: RecoverableDeliveries,
    private readonly queue: DeliveryQueue,
    private readonly events: TenantEvents,
    private readonly queries: QueryBus,
    private readonly endpoints: KnownEndpoints,
  ) {}

  /** @param part ids of the deliveries that the step is about; none in a replay */
  plan(recovery: Recovery, part: readonly string[], nowMs: number): Promise<StepPlan> {
    return recovery.kind === 'recover'
      ? this.recover(recovery, recovery.selection.states, part, nowMs)
      : this.replay(recovery, recovery.selection, nowMs);
  }

  /** What was retried, delivered or forgotten since it was counted is left alone. */
  private async recover(
    { tenant, position }: Recovery,
    states: readonly string[],
    part: readonly string[],
    nowMs: number,
  ): Promise<StepPlan> {
    const found = await this.deliveries.byIds(tenant, part);
    const wanted = found.filter(({ state }) => states.includes(state));
    const started = wanted.length;
    return {
      step: { position: position + 1, started, passedOver: part.length - started },
      writes: wanted.flatMap((delivery) => this.queue.startAgain(startAgain(delivery, nowMs))),
      endpointIds: [...new Set(wanted.map(({ endpointId }) => endpointId))],
    };
  }

  private async replay(
    recovery: Recovery,
    selection: ReplaySelection,
    nowMs: number,
  ): Promise<StepPlan> {
    const { tenant, position: after, upTo } = recovery;
    const { endpointId, eventTypes } = selection;
    const filter = { tenant, types: eventTypes, without: EndpointTested.contract.name };
    const rows = await this.events.next({ after, upTo }, filter, recoveryStepSize);
    const last = rows.length < recoveryStepSize ? undefined : rows.at(-1);
    const rules = await this.rulesFor(tenant, selection, rows);
    const endpoint = await this.endpoints.find(endpointId);
    const wants = (type: string) =>
      selection.match === 'all' || endpoint === undefined || wantsEventType(endpoint.options, type);
    const wanted = rows.filter(({ id, type }) => rules.has(id) && wants(type));
    const eventIds = wanted.map(({ id }) => id);
    const existing = new Map(
      (await this.deliveries.ofEvents(tenant, endpointId, eventIds)).map((one) => [
        one.eventId,
        one,
      ]),
    );
    const planned = wanted.map((event) => {
      const delivery = existing.get(event.id);
      if (delivery === undefined) {
        const ruleId = rules.get(event.id) ?? noRule;
        const target = { tenant, endpointId, ruleId, keepsOrder: endpoint?.order === 'key' };
        return this.queue.schedule(replayedDelivery(event, target, nowMs));
      }
      // What is due, or waits for its turn, goes out anyway.
      return delivery.state === 'due' || delivery.state === 'waiting'
        ? []
        : this.queue.startAgain(startAgain(delivery, nowMs));
    });
    const writes = planned.flat();
    const started = planned.filter((some) => some.length > 0).length;
    return {
      step: { position: last?.position ?? upTo, started, passedOver: rows.length - started },
      writes,
      endpointIds: started === 0 ? [] : [endpointId],
    };
  }

  /** The events that are sent, with the rule that each is sent by. */
  private async rulesFor(
    tenant: string,
    { endpointId, match }: ReplaySelection,
    rows: readonly ReplayedEvent[],
  ): Promise<ReadonlyMap<string, string>> {
    const eventIds = rows.map(({ id }) => id);
    if (match === 'all') return new Map(eventIds.map((id) => [id, noRule]));
    if (eventIds.length === 0) return new Map();
    const query = new MatchEndpointEvents({ tenant, endpointId, eventIds });
    const matched = await this.queries.execute(query);
    return new Map(matched.map(({ eventId, ruleId }) => [eventId, ruleId]));
  }
}
