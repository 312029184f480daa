import { describeWebhook } from '../describe-webhook.js';
import { verifyWebhook } from '../verify-webhook.js';
import { slack } from './slack.js';

/** The example of Slack's page on verifying requests. */
const documented = {
  body:
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow' +
    '&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner' +
    '&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands' +
    '%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
    '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  secret: '8f742231b10e8888abcd99yyyzzz85a5',
  timestamp: '1531420618',
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
};

function verify(overrides: Partial<typeof documented> = {}, nowMs = 1_531_420_618_000) {
  const webhook = { ...documented, ...overrides };
  return verifyWebhook({
    scheme: slack,
    secrets: [{ id: 'sec_1', value: webhook.secret }],
    headers: {
      'x-slack-request-timestamp': webhook.timestamp,
      'x-slack-signature': webhook.signature,
    },
    body: Buffer.from(webhook.body),
    nowMs,
  });
}

function describeJson(json: object) {
  const body = Buffer.from(JSON.stringify(json));
  return describeWebhook(slack, 'slack', { headers: { 'content-type': 'application/json' }, body });
}

it("verifies the example of Slack's documentation, and nothing near it", () => {
  expect(verify()).toEqual({ verdict: 'verified', secretId: 'sec_1' });
  expect(verify({ body: `${documented.body}&` }).verdict).toBe('rejected');
  expect(verify({ timestamp: '1531420619' }).verdict).toBe('rejected');
  expect(verify({ secret: '8f742231b10e8888abcd99yyyzzz85a6' }).verdict).toBe('rejected');
});

it('refuses a request from the future as it does one from the past', () => {
  const stale = { verdict: 'rejected', reason: 'timestamp-stale' };
  expect(verify({}, 1_531_420_618_000 - 301_000)).toEqual(stale);
  expect(verify({}, 1_531_420_618_000 + 301_000)).toEqual(stale);
});

it('names an event by its inner type, and describes it', () => {
  const callback = {
    type: 'event_callback',
    event: { type: 'app_mention', text: 'hello' },
    event_id: 'Ev9UQ52YNA',
    event_time: 1_234_567_890,
  };
  expect(describeJson(callback)).toMatchObject({
    eventType: 'slack.app_mention',
    deliveryId: 'Ev9UQ52YNA',
    eventAtMs: 1_234_567_890_000,
  });
});

it('names by its outer type what holds no event', () => {
  expect(describeJson({ type: 'app_rate_limited' }).eventType).toBe('slack.app_rate_limited');
});

it('takes a command, which is a form without JSON, as a normal webhook', () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const description = describeWebhook(slack, 'slack', {
    headers,
    body: Buffer.from(documented.body),
  });
  expect(description).toMatchObject({ eventType: 'slack.webhook', flags: [], json: undefined });
});

it('reads the JSON of an interaction out of its form', () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = Buffer.from(new URLSearchParams({ payload: '{"type":"block_actions"}' }).toString());
  expect(describeWebhook(slack, 'slack', { headers, body }).eventType).toBe('slack.block_actions');
});
