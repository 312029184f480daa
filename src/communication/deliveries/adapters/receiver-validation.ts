import { Injectable } from '@nestjs/common';
import { Clock } from '#shared-kernel/domain/clock.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { routeOf } from '../domain/compose-message.js';
import { DeliverySettings } from '../domain/delivery-settings.js';
import { type EndpointValidation, judgeValidation } from '../domain/endpoint-validation.js';
import type { Endpoint } from '../domain/endpoint.js';
import { KnownEndpoints } from '../domain/known-endpoints.js';
import { GuardedClient } from './guarded-client.js';
import { answerHeader } from './guarded-exchange.js';

const allowedHeaders = ['webhook-allowed-origin', 'webhook-allowed-rate'];

/** Asks receivers by the OPTIONS request of CloudEvents whether they want our messages. */
@Injectable()
export class ReceiverValidation {
  private readonly underWay = new Map<string, Promise<EndpointValidation>>();

  constructor(
    private readonly client: GuardedClient,
    private readonly endpoints: KnownEndpoints,
    private readonly log: EventLog,
    private readonly settings: DeliverySettings,
    private readonly clock: Clock,
  ) {}

  /** Asks, and keeps the answer with the endpoint. Those who ask at the same time ask once. */
  validate(endpoint: Endpoint): Promise<EndpointValidation> {
    const key = `${endpoint.id} ${endpoint.url}`;
    const asked =
      this.underWay.get(key) ??
      this.ask(endpoint).finally(() => {
        this.underWay.delete(key);
      });
    this.underWay.set(key, asked);
    return asked;
  }

  private async ask(endpoint: Endpoint): Promise<EndpointValidation> {
    const { id, url, timeoutMs, options } = endpoint;
    const { originName } = this.settings;
    const outcome = await this.client.request({
      method: 'OPTIONS',
      url,
      headers: { 'webhook-request-origin': originName },
      body: null,
      timeoutMs,
      route: routeOf(options),
      keepBytesMax: 0,
    });
    const verdict =
      outcome.kind === 'failed'
        ? failed(`${outcome.stage}: ${outcome.message}`)
        : judgeValidation({ status: outcome.status, headers: pick(outcome.headers) }, originName);
    const validation = { ...verdict, url, checkedAtMs: this.clock.now() };
    // A receiver that refuses again and again is written down once: the row is read by every try.
    if (!saysTheSame(endpoint.validation, validation)) {
      await this.log.tryCommit({ writes: [this.endpoints.recordValidation(id, validation)] });
      this.endpoints.forget(id);
    }
    return validation;
  }
}

function saysTheSame(known: EndpointValidation | null, news: EndpointValidation): boolean {
  if (known === null || known.url !== news.url) return false;
  return known.state === news.state && known.fault === news.fault;
}

function failed(fault: string) {
  return { state: 'refused', ratePerMinute: null, fault } as const;
}

function pick(headers: Parameters<typeof answerHeader>[0]): Record<string, string> {
  const found = allowedHeaders.map((name) => [name, answerHeader(headers, name)] as const);
  return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== null));
}
