/** All names a source may give as its provider, for schemas and reference pages. */
export const providerNames = [
  'github',
  'hmac',
  'shopify',
  'slack',
  'standard-webhooks',
  'stripe',
] as const;

export type ProviderName = (typeof providerNames)[number];
