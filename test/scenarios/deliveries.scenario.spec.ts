import { CreateEndpoint } from '#communication/deliveries/commands/create-endpoint.js';
import { DeliveryExhausted } from '#communication/deliveries/contracts/delivery-exhausted.event.js';
import { EndpointDisabled } from '#communication/deliveries/contracts/endpoint-disabled.event.js';
import { DeliveriesModule } from '#communication/deliveries/deliveries.module.js';
import { MessageSender } from '#communication/deliveries/domain/message-sender.js';
import { endpointInput } from '#communication/deliveries/domain/endpoint-input.js';
import { FindDeliveries } from '#communication/deliveries/queries/find-deliveries.js';
import { AnsweringNetwork } from '../support/answering-network.ts';
import { deliverTo, publishedEvent, ruleMatched } from '../support/deliveries-app.ts';
import type { Faults } from '../support/scenario/play-scenario.ts';
import { crashPoints } from '../support/scenario/faulty-store.ts';
import { manySeedsTimeoutMs, scenario } from '../support/scenario/scenario.ts';
import type { Situation } from '../support/scenario/stimulus.ts';

const tenant = 'default';
const hourMs = 3_600_000;
const allDeliveries = new FindDeliveries({ tenant, limit: 50 });
const eventId = `evt_${'5'.repeat(32)}`;

const input = endpointInput.parse({
  name: 'orders',
  url: 'https://orders.example.com/in',
  retryPolicy: { triesMax: 3, firstDelayMs: 60_000, factor: 10, delayMaxMs: hourMs },
});

const matched = ({ resultOf }: Situation) =>
  ruleMatched(eventId, deliverTo(resultOf(CreateEndpoint).endpoint.id));

const withEndpoint = (network: MessageSender) =>
  scenario(DeliveriesModule.forRoot({ version: 'test' }), { replaced: [[MessageSender, network]] })
    .given(new CreateEndpoint({ ...input, tenant }))
    .given(publishedEvent('{"order":1}', eventId));

it('a matched rule becomes a delivery that arrives signed', () => {
  const network = new AnsweringNetwork(() => 204);
  return withEndpoint(network)
    .when(matched)
    .then.expectState(allDeliveries, { items: [{ state: 'delivered', eventId, attemptsMade: 1 }] })
    .andNoOther('*')
    .expectThat(() => {
      const signature = expect.stringMatching(/^v1,/);
      const headers = { 'webhook-id': eventId, 'webhook-signature': signature };
      expect(network.sent).toMatchObject([{ url: input.url, headers }]);
    })
    .verify();
});

it('a delivery whose receiver stays down is tried as its policy says, and ends in an event', () => {
  const network = new AnsweringNetwork(() => 503);
  return withEndpoint(network)
    .when(matched)
    .then.expectState(allDeliveries, { items: [{ state: 'due', attemptsMade: 1 }] })
    .andNoOther('*')
    .afterMs(80_000)
    .expectState(allDeliveries, { items: [{ state: 'due', attemptsMade: 2 }] })
    .andNoOther('*')
    .afterMs(hourMs)
    .expectState(allDeliveries, { items: [{ state: 'exhausted', attemptsMade: 3 }] })
    .expectEvent(DeliveryExhausted, { eventId, attempts: 3, lastFailure: 'answered 503' })
    .andNoOther('*')
    .expectThat(() => expect(network.sent).toHaveLength(3))
    .verify();
});

it('a delivery arrives once its receiver is back', () => {
  let isUp = false;
  const network = new AnsweringNetwork(() => (isUp ? 200 : 500));
  return withEndpoint(network)
    .when(matched)
    .then.expectState(allDeliveries, { items: [{ state: 'due' }] })
    .expectThat(() => void (isUp = true))
    .afterMs(15 * 60_000)
    .expectState(allDeliveries, { items: [{ state: 'delivered', attemptsMade: 2 }] })
    .andNoOther('*')
    .verify();
});

describe('under faults', () => {
  const exhausted = (faults: Faults) =>
    withEndpoint(new AnsweringNetwork(() => 410))
      .when(matched, matched)
      .withFaults(faults)
      .repeat({ seeds: 12 })
      // A try whose process died before it was written down comes back when its lease has ended.
      .then.afterMs(hourMs)
      .expectState(allDeliveries, { items: [{ state: 'exhausted', eventId }] })
      .expectEvent(DeliveryExhausted, { eventId })
      .expectEvent(EndpointDisabled, { lastFailure: 'answered 410' })
      .andNoOther('*')
      .verify();

  it(
    'a rule that matched twice becomes one delivery',
    () => exhausted({ duplicate: 2, reorder: true, delayMs: 1_000 }),
    manySeedsTimeoutMs,
  );

  it(
    'a process that dies anywhere ends in one delivery and is told of once',
    () => exhausted({ crash: crashPoints, duplicate: 1, reorder: true }),
    manySeedsTimeoutMs,
  );
});
