import type { ShippedProvider } from '../provider-definition.js';
import { aiProviders } from './ai-providers.js';
import { buildProviders } from './build-providers.js';
import { codeHostingProviders } from './code-hosting-providers.js';
import { databaseProviders } from './database-providers.js';
import { github } from './github.js';
import { identityProviders } from './identity-providers.js';
import { operationsProviders } from './operations-providers.js';

/** What developers work with: code hosting, builds, operations, databases, models and identity. */
export const codeProviders: readonly ShippedProvider[] = [
  github,
  ...aiProviders,
  ...buildProviders,
  ...codeHostingProviders,
  ...databaseProviders,
  ...identityProviders,
  ...operationsProviders,
];
