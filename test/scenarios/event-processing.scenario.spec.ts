import { DeliveryExhausted } from '#communication/deliveries/contracts/delivery-exhausted.event.js';
import { EndpointExists } from '#communication/deliveries/contracts/endpoint-exists.query.js';
import { CreateRule } from '#communication/event-processing/commands/create-rule.js';
import { PublishEvents } from '#communication/event-processing/commands/publish-events.js';
import { EventPublished } from '#communication/event-processing/contracts/event-published.event.js';
import { RuleMatched } from '#communication/event-processing/contracts/rule-matched.event.js';
import { EventProcessingModule } from '#communication/event-processing/event-processing.module.js';
import { FindRules } from '#communication/event-processing/queries/find-rules.js';
import { CheckTemplate } from '#communication/notifications/contracts/check-template.query.js';
import { WebhookReceived } from '#communication/webhooks/contracts/webhook-received.event.js';
import { defineErrors } from '#shared-kernel/domain/domain-error.js';
import { answers } from '../support/scenario/contract-stubs.ts';
import { crashPoints } from '../support/scenario/faulty-store.ts';
import type { Faults } from '../support/scenario/play-scenario.ts';
import { manySeedsTimeoutMs, scenario } from '../support/scenario/scenario.ts';

const endpointId = `end_${'1'.repeat(32)}`;
const deliver = { kind: 'deliver', endpointId } as const;
const tenant = 'default';

const rule = (match: object) =>
  new CreateRule({ tenant, rule: { name: 'r', match, actions: [deliver], state: 'enabled' } });

const order = (id: string) =>
  new PublishEvents({
    tenant,
    headers: { 'content-type': 'application/cloudevents+json' },
    body: Buffer.from(
      JSON.stringify({ specversion: '1.0', id, source: '/shop', type: 'order.paid', data: {} }),
    ),
  });

const webhook = (webhookId: string, type: string) =>
  WebhookReceived.of({
    tenant,
    type,
    data: {
      webhookId,
      sourceId: 'src_1',
      provider: 'github',
      deliveryId: null,
      contentType: null,
      bodyBytes: 0,
      flags: [],
    },
  });

const errors = defineErrors('event-processing-scenario', {
  endpointsDown: { status: 503, title: 'Endpoints are down', remedy: 'Wait.' },
});

describe('a rule', () => {
  it('becomes an event when an event of a neighbour matches it, and nothing else does', () =>
    scenario(EventProcessingModule)
      .given(rule({ types: ['github.*'] }))
      .when(webhook('whk_1', 'github.push'), webhook('whk_2', 'stripe.charge'))
      .then.expectEvent(RuleMatched, { eventType: 'github.push', actions: [deliver] })
      .andNoOther('communication.*')
      .verify());

  it('asks the neighbour whether its endpoint exists', () =>
    scenario(EventProcessingModule)
      .when(rule({}))
      .then.expectSent(EndpointExists, { tenant, endpointId })
      .expectResult(CreateRule, { name: 'r', revision: 1 })
      .verify());

  it('is refused when the neighbour does not know its endpoint', () =>
    scenario(EventProcessingModule, { neighbours: [answers(EndpointExists, false)] })
      .when(rule({}))
      .then.expectError('event-processing.unknown-endpoint')
      .expectState(new FindRules({ tenant, limit: 10 }), { items: [] })
      .verify());

  it('is refused with the error of the neighbour when that one is down', () =>
    scenario(EventProcessingModule, {
      neighbours: [
        answers(EndpointExists, () => {
          throw errors.endpointsDown('No endpoints today.');
        }),
      ],
    })
      .when(rule({}))
      .then.expectError('event-processing-scenario.endpoints-down')
      .verify());

  it('is refused when the neighbour finds faults in its template', () => {
    const faults = [{ path: 'text', fault: 'not Liquid' }];
    const email = { kind: 'email' as const, to: ['a@example.com'], subject: 's', text: '{{' };
    const mails = { name: 'r', match: {}, actions: [email], state: 'enabled' as const };
    return scenario(EventProcessingModule, { neighbours: [answers(CheckTemplate, faults)] })
      .when(new CreateRule({ tenant, rule: mails }))
      .then.expectSent(CheckTemplate, { text: '{{' })
      .expectError('event-processing.invalid-template')
      .verify();
  });

  it('matches our own operational event only when it names it', () => {
    const exhausted = DeliveryExhausted.of({
      tenant,
      data: DeliveryExhausted.contract.examples[0]!,
    });
    return scenario(EventProcessingModule)
      .given(rule({}), rule({ types: [DeliveryExhausted.contract.name] }))
      .when(exhausted)
      .then.expectEvent(RuleMatched, { eventType: DeliveryExhausted.contract.name })
      .andNoOther('communication.*')
      .verify();
  });
});

describe('a published event', () => {
  const matched = (faults: Faults) =>
    scenario(EventProcessingModule)
      .given(rule({}))
      .when(order('A-1'), order('A-2'))
      .withFaults(faults)
      .repeat({ seeds: 12 })
      .then.expectEvent(EventPublished, { cloudEventId: 'A-1' })
      .expectEvent(EventPublished, { cloudEventId: 'A-2' })
      .expectEvent(RuleMatched)
      .expectEvent(RuleMatched)
      .andNoOther('communication.*')
      .verify();

  it(
    'is matched once although it is published again and again',
    () => matched({ duplicate: 2, reorder: true }),
    manySeedsTimeoutMs,
  );

  it(
    'is matched once wherever the process dies',
    () => matched({ crash: crashPoints, duplicate: 1, reorder: true, delayMs: 5_000 }),
    manySeedsTimeoutMs,
  );
});
