import { CreateEndpoint } from '#communication/deliveries/commands/create-endpoint.js';
import { DeliveryExhausted } from '#communication/deliveries/contracts/delivery-exhausted.event.js';
import { EndpointDisabled } from '#communication/deliveries/contracts/endpoint-disabled.event.js';
import { DeliveriesModule } from '#communication/deliveries/deliveries.module.js';
import { endpointInput } from '#communication/deliveries/domain/endpoint-input.js';
import { MessageSender } from '#communication/deliveries/domain/message-sender.js';
import { FindDeliveries } from '#communication/deliveries/queries/find-deliveries.js';
import { CreateRule } from '#communication/event-processing/commands/create-rule.js';
import { RuleMatched } from '#communication/event-processing/contracts/rule-matched.event.js';
import { EventProcessingModule } from '#communication/event-processing/event-processing.module.js';
import { WebhookReceived } from '#communication/webhooks/contracts/webhook-received.event.js';
import { ReceiveWebhook } from '#communication/webhooks/commands/receive-webhook.js';
import { CreateDemoSource } from '#communication/webhooks/contracts/create-demo-source.command.js';
import { WebhooksModule } from '#communication/webhooks/webhooks.module.js';
import { AnsweringNetwork } from '../support/answering-network.ts';
import { crashPoints } from '../support/scenario/faulty-store.ts';
import type { Faults } from '../support/scenario/play-scenario.ts';
import { manySeedsTimeoutMs, scenario } from '../support/scenario/scenario.ts';
import type { Situation } from '../support/scenario/stimulus.ts';
import { signedWebhook } from '../support/signed-webhooks.ts';

const tenant = 'default';
const hourMs = 3_600_000;
const endpoint = endpointInput.parse({
  name: 'orders',
  url: 'https://orders.example.com/in',
  retryPolicy: { triesMax: 2, firstDelayMs: 1_000, delayMaxMs: 1_000 },
});

const pushed =
  (id: string) =>
  async ({ resultOf }: Situation) => {
    const { token, secret } = resultOf(CreateDemoSource);
    const webhook = await signedWebhook('github', { secret, body: '{}', id });
    return new ReceiveWebhook({
      token,
      method: 'POST',
      url: `/hooks/${token}`,
      headers: { ...webhook.headers },
      body: webhook.body,
    });
  };

const ruleFor = (types: string[], endpointId = `end_${'1'.repeat(32)}`) => {
  const actions = [{ kind: 'deliver' as const, endpointId }];
  return new CreateRule({
    tenant,
    rule: { name: 'r', match: { types }, actions, state: 'enabled' },
  });
};

const chain: Faults = { crash: crashPoints, duplicate: 1, reorder: true };

it(
  'a webhook that one module receives is matched by the rules of another, once',
  () =>
    scenario([WebhooksModule, EventProcessingModule])
      .given(new CreateDemoSource({}), ruleFor(['github.push']))
      .when(pushed('d-1'), pushed('d-2'))
      .withFaults(chain)
      .repeat({ seeds: 12 })
      .then.expectEvent(WebhookReceived, { deliveryId: 'd-1' })
      .expectEvent(WebhookReceived, { deliveryId: 'd-2' })
      .expectEvent(RuleMatched, { eventType: 'github.push' })
      .expectEvent(RuleMatched, { eventType: 'github.push' })
      .andNoOther('*')
      .verify(),
  manySeedsTimeoutMs,
);

it(
  'a match becomes a delivery, and its end a match of the rule that names it, once',
  () =>
    scenario([EventProcessingModule, DeliveriesModule.forRoot({ version: 'test' })], {
      replaced: [[MessageSender, new AnsweringNetwork(() => 410)]],
    })
      .given(new CreateEndpoint({ ...endpoint, tenant }))
      .given(({ resultOf }) => {
        const { id } = resultOf(CreateEndpoint).endpoint;
        return [ruleFor(['github.push'], id), ruleFor([DeliveryExhausted.contract.name], id)];
      })
      .when(
        WebhookReceived.of({
          tenant,
          type: 'github.push',
          data: WebhookReceived.contract.examples[0]!,
        }),
      )
      .withFaults({ crash: crashPoints, reorder: true })
      .repeat({ seeds: 12 })
      .then.afterMs(hourMs)
      .expectEvent(RuleMatched, { eventType: 'github.push' })
      .expectEvent(DeliveryExhausted, { attempts: 1 })
      .expectEvent(EndpointDisabled, { lastFailure: 'answered 410' })
      .expectEvent(RuleMatched, { eventType: DeliveryExhausted.contract.name })
      .andNoOther('*')
      .expectState(new FindDeliveries({ tenant, limit: 10 }), {
        // The endpoint said that it is gone, so what comes after it is discarded.
        items: [{ state: 'discarded' }, { state: 'exhausted' }],
      })
      .verify(),
  manySeedsTimeoutMs,
);
