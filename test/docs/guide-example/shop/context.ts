import type { ContextDeclaration } from '#shared-kernel/contracts/context-declaration.js';

export const shop = {
  purpose: 'Takes orders and bills them.',
  sharedKernel: ['contracts', 'domain', 'messaging', 'persistence'],
  relations: [
    {
      upstream: 'orders',
      offers: ['published-language'],
      downstream: 'billing',
      // An order becomes a bill; nothing behind the reaction knows of orders.
      takes: 'anti-corruption-layer',
      translatedIn: 'reactions',
    },
  ],
  external: { 'shop.customer-reminded': 'The help desk reads it from the log.' },
} as const satisfies ContextDeclaration;
