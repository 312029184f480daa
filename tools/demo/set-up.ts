import type { ApiClient } from '../support/api-client.ts';

/** What the demo made in Signalbox. */
export interface DemoSetUp {
  readonly gitHubPath: string;
  readonly gitHubSecret: string;
  readonly stripePath: string;
  readonly stripeSecret: string;
  readonly endpointSecret: string;
}

interface SourceAnswer {
  readonly url: string;
  readonly secrets: readonly { readonly value?: string }[];
}

interface EndpointAnswer {
  readonly id: string;
  readonly secrets: readonly { readonly value?: string }[];
}

const stripeSecret = 'whsec_of_the_demo';

/**
 * Two sources, one endpoint, and rules: everything goes to the endpoint, some of it by mail too.
 */
export async function setUpDemo(api: ApiClient, sinkUrl: string): Promise<DemoSetUp> {
  const gitHub = await api.post<SourceAnswer>('/v1/sources', {
    name: 'GitHub',
    provider: 'github',
  });
  const stripe = await api.post<SourceAnswer>('/v1/sources', {
    name: 'Stripe',
    provider: 'stripe',
    secrets: [stripeSecret],
  });
  const endpoint = await api.post<EndpointAnswer>('/v1/endpoints', {
    name: 'The customer',
    url: `${sinkUrl}/webhooks`,
  });
  for (const rule of rulesOf(endpoint.id)) await api.post('/v1/rules', rule);
  return {
    gitHubPath: new URL(gitHub.url).pathname,
    gitHubSecret: gitHub.secrets[0]?.value ?? '',
    stripePath: new URL(stripe.url).pathname,
    stripeSecret,
    endpointSecret: endpoint.secrets[0]?.value ?? '',
  };
}

function rulesOf(endpointId: string): object[] {
  return [
    {
      name: 'everything to the customer',
      match: { types: ['github.*', 'stripe.*'] },
      actions: [{ kind: 'deliver', endpointId }],
    },
    {
      name: 'mail about issues',
      match: { types: ['github.issues'], data: [{ path: 'repository.name', prefix: 'H' }] },
      actions: [
        {
          kind: 'email',
          to: ['team@example.org'],
          subject: '{{ event.data.sender.login }} {{ event.data.action }} an issue',
          text: '{{ event.data.issue.title }}\n{{ event.data.issue.html_url }}\n',
        },
      ],
    },
    {
      name: 'mail about failed payments',
      match: { types: ['stripe.payment_intent.payment_failed'] },
      actions: [
        {
          kind: 'email',
          to: ['billing@example.org'],
          subject: 'A payment over {{ event.data.data.object.amount }} failed',
          text: 'See {{ event.id }}.\n',
        },
      ],
    },
    {
      name: 'issues of another repository',
      match: { types: ['github.issues'], data: [{ path: 'repository.name', equals: 'Moon' }] },
      actions: [{ kind: 'deliver', endpointId }],
    },
  ];
}
