import type { ShippedProvider } from '../provider-definition.js';
import { standardFollowers } from './standard-followers.js';
import { standardWebhooks } from './standard-webhooks.js';

/** Standards, and those who follow one to the letter. */
export const standardProviders: readonly ShippedProvider[] = [
  standardWebhooks,
  ...standardFollowers,
];
