import type { ContextDeclaration } from '#shared-kernel/contracts/context-declaration.js';

/** What communication is for, and on whom its modules lean. */
export const communication = {
  purpose: 'Talks to the outside world: takes webhooks and events in, sends messages out.',
  sharedKernel: [
    'auth',
    'config',
    'contracts',
    'domain',
    'http',
    'messaging',
    'observability',
    'persistence',
  ],
  relations: [
    {
      upstream: 'webhooks',
      offers: ['open-host-service', 'published-language'],
      downstream: 'event-processing',
      // The timeline of an event shows what the modules answer, in their words.
      takes: 'conformist',
    },
    {
      upstream: 'deliveries',
      offers: ['open-host-service', 'published-language'],
      downstream: 'event-processing',
      takes: 'conformist',
    },
    {
      upstream: 'notifications',
      offers: ['open-host-service', 'published-language'],
      downstream: 'event-processing',
      takes: 'conformist',
    },
    {
      upstream: 'event-processing',
      offers: ['open-host-service', 'published-language'],
      downstream: 'deliveries',
      // A match becomes a delivery, and a replay asks which events the rules send to an endpoint.
      takes: 'conformist',
    },
    {
      upstream: 'event-processing',
      offers: ['open-host-service', 'published-language'],
      downstream: 'notifications',
      takes: 'anti-corruption-layer',
      translatedIn: 'reactions',
    },
  ],
  external: {
    'communication.endpoint-tested': 'the endpoint that it is a test of',
  },
  eventLoops: [
    {
      events: [
        'communication.delivery-exhausted',
        'communication.endpoint-disabled',
        'communication.endpoint-recovered',
        'communication.rule-matched',
      ],
      because:
        'A rule may ask for a message when a delivery is given up, or when an endpoint is disabled ' +
        'or works again. Only a rule that names such an event gets it, and an event that too many reactions led to is parked.',
    },
  ],
} as const satisfies ContextDeclaration;
