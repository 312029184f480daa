import { shippedProviders } from '#communication/webhooks/domain/providers/shipped-providers.js';
import { type Message, post } from '../../tools/providers/message.ts';
import type { OutsideParty } from './outside-party.js';
import { proveAll } from './prove-provider.js';

/** A body and its signature, as somebody published them. */
type Published = readonly [body: string, headers: Readonly<Record<string, string>>];

/** Messages that a provider or its package published, with one secret. */
function published(provider: string, secret: string, ...messages: Published[]): OutsideParty {
  const { proof } = shippedProviders.get(provider) ?? {};
  if (proof?.kind !== 'vector') throw new Error(`${provider} claims no published signature`);
  const headersOf = new Map(messages);
  return {
    provider,
    package: proof.url,
    signs: true,
    secret,
    otherSecret: `A${secret}`,
    bodies: messages.map(([body]) => body),
    sign: (draft): Message => post(draft, headersOf.get(Buffer.from(draft.body).toString()) ?? {}),
  };
}

function circleci(secret: string, body: string, signature: string): OutsideParty {
  return published('circleci', secret, [body, { 'circleci-signature': `v1=${signature}` }]);
}

const incident = [
  '{"event":{"id":"01BWDWL3NYY7LUFPZCC28QUCMK","event_type":"incident.priority_updated",',
  '"resource_type":"incident","occurred_at":"2021-04-26T17:36:27.458Z",',
  '"agent":{"html_url":"https://acme.pagerduty.com/users/PLH1HKV","id":"PLH1HKV",',
  '"self":"https://api.pagerduty.com/users/PLH1HKV","summary":"Tenex Engineer",',
  '"type":"user_reference"},"client":null,"data":{"id":"PGR0VU2","type":"incident",',
  '"self":"https://api.pagerduty.com/incidents/PGR0VU2",',
  '"html_url":"https://acme.pagerduty.com/incidents/PGR0VU2","number":2,',
  '"status":"triggered","title":"A little bump in the road",',
  '"service":{"html_url":"https://acme.pagerduty.com/services/PF9KMXH","id":"PF9KMXH",',
  '"self":"https://api.pagerduty.com/services/PF9KMXH","summary":"API Service",',
  '"type":"service_reference"},',
  '"assignees":[{"html_url":"https://acme.pagerduty.com/users/PTUXL6G","id":"PTUXL6G",',
  '"self":"https://api.pagerduty.com/users/PTUXL6G","summary":"User 123",',
  '"type":"user_reference"}],',
  '"escalation_policy":{"html_url":"https://acme.pagerduty.com/escalation_policies/PUS0KTE",',
  '"id":"PUS0KTE","self":"https://api.pagerduty.com/escalation_policies/PUS0KTE",',
  '"summary":"Default","type":"escalation_policy_reference"},',
  '"teams":[{"html_url":"https://acme.pagerduty.com/teams/PFCVPS0","id":"PFCVPS0",',
  '"self":"https://api.pagerduty.com/teams/PFCVPS0","summary":"Engineering",',
  '"type":"team_reference"}],',
  '"priority":{"html_url":"https://acme.pagerduty.com/account/incident_priorities",',
  '"id":"PSO75BM","self":"https://api.pagerduty.com/priorities/PSO75BM","summary":"P1",',
  '"type":"priority_reference"},"urgency":"high",',
  '"conference_bridge":{"conference_number":1000,"conference_url":"https://example.com"},',
  '"resolve_reason":null}}}',
].join('');

proveAll('published.proof', [
  published('airtable', 'c2VjcmV0LWtleQ==', [
    '{"base": {"id": "app00000000000000"}, "webhook": {"id": "ach00000000000000"}, ' +
      '"timestamp": "2022-02-01T21:25:05.663Z"}',
    {
      'x-airtable-content-mac':
        'hmac-sha256=e26da696a90933647bddc83995c3e1e3bb1c3d8ce1ff61cb7469767d50b2b2d4',
    },
  ]),
  circleci(
    'secret',
    'hello world',
    '734cc62f32841568f45715aeb9f4d7891324e6d948e4c6c60c0621cdac48623a',
  ),
  circleci(
    'another-secret',
    'lalala',
    'daa220016c8f29a8b214fbfc3671aeec2145cfb1e6790184ffb38b6d0425fa00',
  ),
  circleci(
    'hunter123',
    'an-important-request-payload',
    '9be2242094a9a8c00c64306f382a7f9d691de910b4a266f67bd314ef18ac49fa',
  ),
  circleci('secret', 'foo', '773ba44693c7553d6ee20f61ea5d2757a9a4f4a44d2841ae4e95b52e4cd62db4'),
  published('jira', "It's a Secret to Everybody", [
    'Hello World!',
    {
      'x-hub-signature': 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9',
    },
  ]),
  published('pagerduty', 'lDQHScfUeXUKaQRNF+8XIiDKZ7XX3itBAYzwU0TARw8lJqRnkKl2iB1anSb0Z+IK', [
    incident,
    {
      'x-pagerduty-signature':
        'v1=0c0b9495b893a39e70d1fea2fe11fbe0a825f88b9f67846f6cc07dd2bc5476cd',
    },
  ]),
]);
