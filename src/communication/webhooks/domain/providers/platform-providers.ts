import type { ShippedProvider } from '../provider-definition.js';
import { productProviders } from './product-providers.js';
import { relayProviders } from './relay-providers.js';

/** Platforms that pass on what others tell, and those that tell what happens in them. */
export const platformProviders: readonly ShippedProvider[] = [
  ...productProviders,
  ...relayProviders,
];
