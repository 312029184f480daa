import { Webhook } from 'standardwebhooks';
import type { EventRow } from '#shared-kernel/messaging/event-row.js';
import { composeMessage } from './compose-message.js';
import { defaultOptions } from './endpoint-options.js';
import type { Endpoint } from './endpoint.js';
import { endpointFlowSchema } from './endpoint-flow.js';
import { retryPolicySchema } from './retry-policy.js';
import { newEndpointSecret } from './signing-key.js';

const nowMs = Date.now();
const secrets = [1, 2].map((byte) => ({
  id: `sec_${byte}`,
  value: newEndpointSecret(new Uint8Array(32).fill(byte)),
  createdAtMs: nowMs,
  expiresAtMs: null,
}));
const endpoint: Endpoint = {
  id: 'end_1',
  tenant: 'default',
  name: 'orders',
  description: null,
  url: 'https://example.com/hook',
  secrets,
  payloadFormat: 'raw',
  retryPolicy: retryPolicySchema.parse({}),
  ...endpointFlowSchema.parse({}),
  timeoutMs: 5_000,
  options: defaultOptions,
  validation: null,
  createdAtMs: nowMs,
  revision: 1,
  state: 'enabled',
  disabledReason: null,
};
const event: EventRow = {
  position: 1,
  id: 'evt_1',
  name: 'communication.delivery-exhausted',
  version: 1,
  type: 'communication.delivery-exhausted',
  source: '/communication',
  subject: null,
  tenant: 'default',
  key: 'end_1',
  occurred_at_ms: nowMs,
  correlation_id: 'c',
  causation_id: null,
  traceparent: '00-11111111111111111111111111111111-2222222222222222-01',
  hops: 1,
  data: '{"deliveryId":"dlv_1"}',
  payload: null,
  payload_type: null,
};

describe('the message of a try', () => {
  it('carries the data of an event of our own as JSON', () => {
    const message = composeMessage(endpoint, event, nowMs);
    expect(Buffer.from(message.body).toString()).toBe(event.data);
    expect(message).toMatchObject({
      url: endpoint.url,
      timeoutMs: 5_000,
      headers: { 'content-type': 'application/json', 'webhook-id': 'evt_1' },
    });
  });

  it('carries the bytes of an event from outside as they came', () => {
    const payload = Buffer.from('<order/>');
    const message = composeMessage(
      endpoint,
      { ...event, payload, payload_type: 'text/xml' },
      nowMs,
    );
    expect(message.body).toBe(payload);
    expect(message.headers['content-type']).toBe('text/xml');
  });

  it('is verified by whoever knows any one of the secrets', () => {
    const { body, headers } = composeMessage(endpoint, event, nowMs);
    for (const { value } of secrets) {
      const text = Buffer.from(body).toString();
      expect(new Webhook(value).verify(text, headers)).toEqual({ deliveryId: 'dlv_1' });
    }
  });
});
