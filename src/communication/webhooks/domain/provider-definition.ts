import { z } from 'zod';
import { providerNameSchema } from './provider-name.js';
import { schemeShape } from './provider-scheme.js';

const settingName = z.string().regex(/^[a-z][A-Za-z0-9]{0,49}$/, 'must be a name in camelCase');

/** A text that a source must or may set beside its secrets. */
const settingSchema = z.strictObject({
  description: z.string().min(1).max(300),
  required: z.boolean(),
});

/** A provider: its scheme, and what people call it. Users write the same form. */
export const providerDefinitionSchema = z.strictObject({
  name: providerNameSchema,
  title: z.string().trim().min(1).max(100),
  docs: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .optional()
    .meta({ description: 'The page of the provider that describes its signatures.' }),
  settings: z
    .record(settingName, settingSchema)
    .optional()
    .meta({ description: 'Settings of its sources, for `{setting:name}` and handshakes.' }),
  ...schemeShape,
});

export type ProviderDefinition = z.infer<typeof providerDefinitionSchema>;

/** What shows that a scheme of ours is the provider's: shown on the reference page. */
export type ProviderProof =
  /** An npm package of the provider that signs or verifies in our tests. */
  | { readonly kind: 'sdk'; readonly package: string }
  /** An npm package of somebody else who receives these webhooks, which judges in our tests. */
  | { readonly kind: 'independent'; readonly package: string }
  /** A signature that the provider or another implementation published. */
  | { readonly kind: 'vector'; readonly url: string }
  /** The scheme is a published standard with its own vectors. */
  | { readonly kind: 'standard'; readonly package: string; readonly url: string }
  | { readonly kind: 'unconfirmed' };

/** A provider that comes with the program. */
export type ShippedProvider = ProviderDefinition & {
  readonly docs: string;
  readonly proof: ProviderProof;
};
