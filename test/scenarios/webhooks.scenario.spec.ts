import { ReceiveWebhook } from '#communication/webhooks/commands/receive-webhook.js';
import { CreateDemoSource } from '#communication/webhooks/contracts/create-demo-source.command.js';
import { WebhookReceived } from '#communication/webhooks/contracts/webhook-received.event.js';
import { FindWebhooks } from '#communication/webhooks/queries/find-webhooks.js';
import { WebhooksModule } from '#communication/webhooks/webhooks.module.js';
import { crashPoints } from '../support/scenario/faulty-store.ts';
import { manySeedsTimeoutMs, scenario } from '../support/scenario/scenario.ts';
import type { Situation } from '../support/scenario/stimulus.ts';
import { signedWebhook } from '../support/signed-webhooks.ts';

const allWebhooks = new FindWebhooks({ tenant: 'default', limit: 10 });

/** A webhook of GitHub for the demo source, signed as GitHub signs. */
const pushed =
  (id: string, secretOf = (secret: string) => secret) =>
  async ({ resultOf }: Situation) => {
    const { token, secret } = resultOf(CreateDemoSource);
    const webhook = await signedWebhook('github', { secret: secretOf(secret), body: '{}', id });
    return new ReceiveWebhook({
      token,
      method: 'POST',
      url: `/hooks/${token}`,
      headers: { ...webhook.headers },
      body: webhook.body,
    });
  };

const withSource = () => scenario(WebhooksModule).given(new CreateDemoSource({}));

describe('a signed webhook', () => {
  it('becomes one event and one row', () =>
    withSource()
      .when(pushed('d-1'))
      .then.expectEvent(WebhookReceived, { provider: 'github', deliveryId: 'd-1' })
      .andNoOther('communication.*')
      .expectState(allWebhooks, { items: [{ deliveryId: 'd-1', eventType: 'github.push' }] })
      .verify());

  it(
    'becomes one event however often its sender repeats it',
    () =>
      withSource()
        .when(pushed('d-1'), pushed('d-2'))
        .withFaults({ duplicate: 3, reorder: true, delayMs: 60_000 })
        .repeat({ seeds: 5 })
        .then.expectEvent(WebhookReceived, { deliveryId: 'd-1' })
        .expectEvent(WebhookReceived, { deliveryId: 'd-2' })
        .andNoOther('communication.*')
        .expectResult(ReceiveWebhook, { outcome: 'duplicate' })
        .verify(),
    manySeedsTimeoutMs,
  );

  it(
    'becomes one event wherever the process dies, when its sender sends it again',
    () =>
      withSource()
        .when(pushed('d-1'), pushed('d-2'), pushed('d-3'))
        .withFaults({ crash: crashPoints, duplicate: 1, reorder: true })
        .repeat({ seeds: 12 })
        .then.expectEvent(WebhookReceived, { deliveryId: 'd-1' })
        .expectEvent(WebhookReceived, { deliveryId: 'd-2' })
        .expectEvent(WebhookReceived, { deliveryId: 'd-3' })
        .andNoOther('communication.*')
        .verify(),
    manySeedsTimeoutMs,
  );

  it('with a wrong signature leaves nothing behind', () =>
    withSource()
      .when(pushed('d-1', () => 'another secret'))
      .then.expectResult(ReceiveWebhook, { outcome: 'rejected', reason: 'signature-mismatch' })
      .andNoOther('communication.*')
      .expectState(allWebhooks, { items: [] })
      .verify());
});
