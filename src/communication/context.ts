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
      // A match becomes a delivery; nothing behind the reaction knows of rules.
      takes: 'anti-corruption-layer',
      translatedIn: 'reactions',
    },
    {
      upstream: 'event-processing',
      offers: ['open-host-service', 'published-language'],
      downstream: 'notifications',
      takes: 'anti-corruption-layer',
      translatedIn: 'reactions',
    },
  ],
  eventLoops: [
    {
      events: ['communication.delivery-exhausted', 'communication.rule-matched'],
      because:
        'A rule may ask for a message when a delivery is given up. Only a rule that names this ' +
        'event gets it, and an event that too many reactions led to is parked.',
    },
  ],
} as const satisfies ContextDeclaration;
