import { describeWebhook } from '../describe-webhook.js';
import { handshakeReply, methodsOf } from '../handshake.js';
import { RequestReader } from '../request-reader.js';
import { schemeOf } from './registry.js';

type Sample = readonly [
  provider: string,
  headers: Record<string, string>,
  body: object,
  eventType: string,
  deliveryId: string | null,
  happenedAt: string | null,
];

/** Short bodies with the fields that the data reads, made up: none was recorded from a provider. */
const samples: readonly Sample[] = [
  [
    'anthropic',
    { 'webhook-id': 'msg_1' },
    {
      type: 'event',
      id: 'e',
      created_at: '2026-04-01T10:00:00Z',
      data: { type: 'session.created' },
    },
    'anthropic.session.created',
    'msg_1',
    '2026-04-01T10:00:00.000Z',
  ],
  [
    'bitbucket',
    { 'x-event-key': 'repo:push', 'x-request-uuid': 'e0c8a3d6' },
    { push: {} },
    'bitbucket.repo:push',
    'e0c8a3d6',
    null,
  ],
  [
    'circleci',
    { 'circleci-event-type': 'workflow-completed' },
    { type: 'workflow-completed', id: '3888f21b', happened_at: '2021-09-01T22:49:34.317Z' },
    'circleci.workflow-completed',
    '3888f21b',
    '2021-09-01T22:49:34.317Z',
  ],
  [
    'gitlab',
    { 'webhook-id': 'f5e5f430', 'x-gitlab-event': 'Push Hook' },
    { object_kind: 'push' },
    'gitlab.Push Hook',
    'f5e5f430',
    null,
  ],
  [
    'jira',
    { 'x-atlassian-webhook-identifier': '9c2e' },
    { webhookEvent: 'jira:issue_updated', timestamp: 1_525_698_237_764 },
    'jira.jira:issue_updated',
    '9c2e',
    '2018-05-07T13:03:57.764Z',
  ],
  [
    'okta',
    {},
    {
      eventId: '3549e7a6',
      eventTime: '2026-01-02T03:04:05Z',
      data: { events: [{ eventType: 'user.lifecycle.create' }] },
    },
    'okta.user.lifecycle.create',
    '3549e7a6',
    '2026-01-02T03:04:05.000Z',
  ],
  [
    'pagerduty',
    {},
    {
      event: {
        id: '01BW',
        event_type: 'incident.resolved',
        occurred_at: '2021-04-26T17:36:27.458Z',
      },
    },
    'pagerduty.incident.resolved',
    '01BW',
    '2021-04-26T17:36:27.458Z',
  ],
  [
    'sentry',
    {
      'sentry-hook-resource': 'issue',
      'request-id': '5d8c',
      'sentry-hook-timestamp': '1790000000',
    },
    { action: 'created' },
    'sentry.issue',
    '5d8c',
    '2026-09-21T14:13:20.000Z',
  ],
  [
    'vercel',
    {},
    { id: 'uev_1', type: 'deployment.created', createdAt: 1_790_000_000_000 },
    'vercel.deployment.created',
    'uev_1',
    '2026-09-21T14:13:20.000Z',
  ],
];

it.each(samples)('a made-up sample of %s is described', (...sample) => {
  const [provider, headers, body, eventType, deliveryId, happenedAt] = sample;
  const request = { headers, body: Buffer.from(JSON.stringify(body)) };
  const described = describeWebhook(schemeOf(provider, null), provider, request);
  expect(described).toMatchObject({ eventType, deliveryId });
  const { eventAtMs } = described;
  expect(eventAtMs === null ? null : new Date(eventAtMs).toISOString()).toBe(happenedAt);
});

it('Okta gets its challenge back, before anything is signed', () => {
  const scheme = schemeOf('okta', null);
  const asked = (headers: Record<string, string>) =>
    handshakeReply(
      {
        scheme,
        request: new RequestReader({
          method: 'GET',
          url: 'https://hooks.example/hooks/token',
          headers,
          body: new Uint8Array(),
        }),
        secrets: [{ id: 'sec_1', value: 'secret' }],
        settings: null,
      },
      false,
    );
  const reply = asked({ 'x-okta-verification-challenge': 'My verification challenge' });
  expect(methodsOf(scheme)).toEqual(['POST', 'GET']);
  expect(JSON.parse(String(reply?.answer.body))).toEqual({
    verification: 'My verification challenge',
  });
  expect(asked({})).toBeNull();
});
