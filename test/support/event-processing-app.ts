import { QueryHandler } from '@nestjs/cqrs';
import { DeliveriesOfEvent } from '#communication/deliveries/contracts/deliveries-of-event.query.js';
import { EndpointExists } from '#communication/deliveries/contracts/endpoint-exists.query.js';
import { EventProcessingModule } from '#communication/event-processing/event-processing.module.js';
import { CheckTemplate } from '#communication/notifications/contracts/check-template.query.js';
import { NotificationsOfEvent } from '#communication/notifications/contracts/notifications-of-event.query.js';
import { WebhookOfEvent } from '#communication/webhooks/contracts/webhook-of-event.query.js';
import { waitFor } from '../../tools/support/wait-for.js';
import { startModuleApp } from './module-app.js';
import { request } from './request.js';

export const endpointId = `end_${'1'.repeat(32)}`;
export const sourceId = `src_${'2'.repeat(32)}`;
export const webhookEventId = `evt_${'3'.repeat(32)}`;
const receivedAtMs = Date.UTC(2020, 0, 1);

@QueryHandler(EndpointExists)
class OneEndpoint {
  async execute({ input }: EndpointExists) {
    return input.endpointId === endpointId && input.tenant === 'default';
  }
}

@QueryHandler(CheckTemplate)
class TemplatesWithoutBraces {
  async execute({ input }: CheckTemplate) {
    return input.text.includes('{') ? [{ path: 'text', fault: 'no braces here' }] : [];
  }
}

@QueryHandler(WebhookOfEvent)
class OneWebhook {
  async execute({ input }: WebhookOfEvent) {
    if (input.eventId !== webhookEventId) return null;
    const id = `whk_${'4'.repeat(32)}`;
    const facts = { provider: 'github', deliveryId: 'd1', flags: [], bodyBytes: 2 };
    return { id, sourceId, ...facts, receivedAtMs };
  }
}

@QueryHandler(DeliveriesOfEvent)
class OneDelivery {
  async execute({ input }: DeliveriesOfEvent) {
    if (input.eventId !== webhookEventId) return [];
    const attempt = { startedAtMs: Date.now(), durationMs: 3, status: 503, failure: null };
    const base = { id: 'dlv_1', endpointId, ruleId: 'rul_1', state: 'due' as const };
    const times = { createdAtMs: Date.now() + 60_000, dueAtMs: Date.now() + 90_000 };
    return [{ ...base, ...times, attempts: [attempt] }];
  }
}

@QueryHandler(NotificationsOfEvent)
class OneNotification {
  async execute({ input }: NotificationsOfEvent) {
    if (input.eventId !== webhookEventId) return [];
    const attempt = { startedAtMs: Date.now(), durationMs: 3, response: '250 ok', accepted: true };
    const base = { id: 'ntf_1', channel: 'email' as const, ruleId: 'rul_1', to: ['a@example.com'] };
    const state = { subject: 's', state: 'sent' as const, dueAtMs: null, waitsBecause: null };
    return [{ ...base, ...state, createdAtMs: Date.now() + 120_000, attempts: [attempt] }];
  }
}

export interface EventProcessingView {
  readonly id: string;
  readonly timeline: readonly { readonly kind: string; readonly [fact: string]: unknown }[];
  readonly [field: string]: unknown;
}

export const deliver = { kind: 'deliver', endpointId };
export const email = { kind: 'email', to: ['ops@example.com'], subject: 's', text: 't' };

/** The module event-processing with stand-ins for the modules that it asks. */
export async function startEventProcessing() {
  const running = await startModuleApp({
    modules: [EventProcessingModule],
    providers: [OneEndpoint, TemplatesWithoutBraces, OneWebhook, OneDelivery, OneNotification],
  });
  const { app, url, apiKey, close } = running;
  const call = (path: string, options: Parameters<typeof request>[1] = {}) =>
    request(`${url}/v1${path}`, { apiKey, ...options });

  const makeRule = async (overrides: Record<string, unknown>): Promise<EventProcessingView> => {
    const body = { name: 'rule', match: {}, actions: [deliver], ...overrides };
    const answer = await call('/rules', { method: 'POST', body });
    expect(answer.status).toBe(201);
    return answer.json<EventProcessingView>();
  };
  const removeRules = async (...rules: readonly { readonly id: string }[]): Promise<void> => {
    for (const { id } of rules) {
      expect((await call(`/rules/${id}`, { method: 'DELETE' })).status).toBe(204);
    }
  };
  const publish = (body: unknown, headers: Record<string, string> = {}) => {
    const mode = Array.isArray(body) ? 'cloudevents-batch+json' : 'cloudevents+json';
    return call('/events', {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': `application/${mode}`, ...headers },
    });
  };
  const publishOne = async (event: Record<string, unknown>): Promise<string> => {
    const answer = await publish({ specversion: '1.0', source: '/shop', type: 'a', ...event });
    expect(answer.status).toBe(202);
    return answer.json<{ events: { id: string }[] }>().events[0]?.id ?? '';
  };
  /** The event once the rules have been asked about it. */
  const judged = (id: string): Promise<EventProcessingView> =>
    waitFor('the rules', async () => {
      const view = (await call(`/events/${id}`)).json<EventProcessingView>();
      return view.timeline.some(({ kind }) => kind.includes('match')) ? view : undefined;
    });
  return { app, call, makeRule, removeRules, publish, publishOne, judged, close };
}
