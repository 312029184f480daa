import type { ShippedProvider } from '../provider-definition.js';
import { cloudProviders } from './cloud-providers.js';
import { codeProviders } from './code-providers.js';
import { commerceProviders } from './commerce-providers.js';
import { contentProviders } from './content-providers.js';
import { customerProviders } from './customer-providers.js';
import { formProviders } from './form-providers.js';
import { messagingProviders } from './messaging-providers.js';
import { officeProviders } from './office-providers.js';
import { paymentProviders } from './payment-providers.js';
import { platformProviders } from './platform-providers.js';
import { standardProviders } from './standard-providers.js';

/**
 * The providers that come with the program, by name. A new one is one file beside this one and one
 * line in the list of its kind.
 */
export const shippedProviders: ReadonlyMap<string, ShippedProvider> = new Map(
  [
    ...cloudProviders,
    ...codeProviders,
    ...commerceProviders,
    ...contentProviders,
    ...customerProviders,
    ...formProviders,
    ...messagingProviders,
    ...officeProviders,
    ...paymentProviders,
    ...platformProviders,
    ...standardProviders,
  ].map((provider) => [provider.name, provider]),
);
