import { createHmac } from 'node:crypto';
import { verifyWebhook } from '#communication/webhooks/domain/verify-webhook.js';
import { crashPoints } from '../../support/scenario/faulty-store.ts';
import { manySeedsTimeoutMs, scenario } from '../../support/scenario/scenario.ts';
import { acme } from './acme.ts';
import { BillingModule } from './shop/billing/billing.module.ts';
import { PayBills } from './shop/billing/commands/pay-bills.ts';
import { CustomerReminded } from './shop/billing/contracts/customer-reminded.event.ts';
import { type Bill, billFor } from './shop/billing/domain/bill.ts';
import { BillsOfCustomer } from './shop/billing/queries/bills-of-customer.ts';
import { PlaceOrder } from './shop/orders/commands/place-order.ts';
import { OrderPlaced } from './shop/orders/contracts/order-placed.event.ts';
import { OrderPlacedV2 } from './shop/orders/contracts/order-placed-v2.event.ts';
import { OrdersModule } from './shop/orders/orders.module.ts';

const tenant = 'default';
const dayMs = 86_400_000;
const billOf = (orderId: string, cents: number): Bill => ({
  orderId,
  customerId: 'c1',
  cents,
  state: 'open',
});
const placed = (orderId: string, cents: number, customerId = 'c1') =>
  OrderPlacedV2.of({ tenant, data: { orderId, customerId, cents } });
const order = (orderId: string, cents: number) =>
  new PlaceOrder({ tenant, orderId, customerId: 'c1', cents });
const billsOf = (customerId: string) => new BillsOfCustomer({ tenant, customerId });
const pays = new PayBills({ tenant, customerId: 'c1' });

it('bills an order up to the credit of the customer', () => {
  const owed = [billOf('o1', 60_000)];
  expect(billFor(billOf('o2', 40_000), owed)).toEqual(billOf('o2', 40_000));
  expect(() => billFor(billOf('o2', 40_001), owed)).toThrow('would owe 100001 cents');
});

it('takes an order once, and says so', () =>
  scenario(OrdersModule)
    .given(order('o1', 950))
    .when(order('o1', 950), order('o2', 100))
    .then.expectError('orders.order-exists')
    .expectEvent(OrderPlacedV2, { orderId: 'o2', cents: 100 })
    .andNoOther('shop.*')
    .verify());

it('bills what an order of version 1 says in euros', () =>
  scenario(BillingModule)
    .when(OrderPlaced.of({ tenant, data: { orderId: 'o1', customerId: 'c1', euros: 9.5 } }))
    .then.expectState(billsOf('c1'), [{ orderId: 'o1', cents: 950, state: 'open' }])
    .verify());

it('lets orders beyond the credit wait until the customer has paid', () =>
  scenario(BillingModule)
    .when(placed('o1', 90_000), placed('o2', 20_000), placed('o3', 1), placed('o4', 1, 'c2'))
    .then.expectParked('billing.bill-customer-when-order-placed', 'billing.credit-exhausted')
    .expectState(billsOf('c1'), [{ orderId: 'o1' }])
    .expectState(billsOf('c2'), [{ orderId: 'o4' }])
    .when(pays)
    .then.afterMs(60_000)
    .expectState(billsOf('c1'), [{ orderId: 'o1' }, { orderId: 'o2' }, { orderId: 'o3' }])
    .verify());

it('reminds of a bill after 14 days, unless it is paid', () =>
  scenario([OrdersModule, BillingModule])
    .given(order('o1', 100))
    .given(pays)
    .when(order('o2', 200))
    .then.expectEvent(OrderPlacedV2)
    .afterMs(13 * dayMs)
    .andNoOther('*')
    .afterMs(dayMs)
    .expectEvent(CustomerReminded, { orderId: 'o2' })
    .andNoOther('*')
    .verify());

it(
  'bills each order once, whatever comes twice and wherever the process dies',
  () =>
    scenario([OrdersModule, BillingModule])
      .when(placed('o1', 100), placed('o2', 200))
      .withFaults({ crash: crashPoints, duplicate: 1, reorder: true })
      .repeat({ seeds: crashPoints.length })
      .then.expectState(billsOf('c1'), [{ cents: 100 }, { cents: 200 }])
      .afterMs(14 * dayMs)
      .expectEvent(CustomerReminded, { orderId: 'o1' })
      .expectEvent(CustomerReminded, { orderId: 'o2' })
      .andNoOther('shop.customer-reminded')
      .verify(),
  manySeedsTimeoutMs,
);

it('verifies what Acme signs, and nothing older than five minutes', () => {
  const nowMs = 1_700_000_000_000;
  const verdictAt = (seconds: number) => {
    const body = Buffer.from('{"type":"order.paid"}');
    const signature = createHmac('sha256', 'key').update(`${seconds}.`).update(body).digest('hex');
    const headers = { 'x-acme-signature': `v1=${signature}`, 'x-acme-time': String(seconds) };
    const secrets = [{ id: 'sec_1', value: 'key' }];
    return verifyWebhook({ scheme: acme, secrets, headers, body, nowMs });
  };
  expect(verdictAt(nowMs / 1_000)).toEqual({ verdict: 'verified', secretId: 'sec_1' });
  expect(verdictAt(nowMs / 1_000 - 301)).toMatchObject({ reason: 'timestamp-stale' });
});
