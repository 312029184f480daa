import type { ShippedProvider } from '../provider-definition.js';
import { hmac } from './scheme-parts.js';
import { standardWebhooks } from './standard-webhooks.js';

type Named = Pick<ShippedProvider, 'name' | 'title' | 'docs' | 'proof'>;

/** What Standard Webhooks says, with the whole text of the secret as the key. */
function follower(named: Named): ShippedProvider {
  const signature = { ...standardWebhooks.signature, algorithm: hmac('sha256') };
  return { ...standardWebhooks, ...named, signature };
}

/** The whole secret, `whsec_` included, is the key. */
const imagekit = follower({
  name: 'imagekit',
  title: 'ImageKit',
  docs: 'https://imagekit.io/docs/webhooks',
  proof: { kind: 'sdk', package: '@imagekit/nodejs' },
});

/** Its guide puts the secret into base64 before the library takes it, so its text is the key. */
const whop = follower({
  name: 'whop',
  title: 'Whop',
  docs: 'https://docs.whop.com/developer/guides/webhooks',
  proof: { kind: 'sdk', package: '@whop/sdk' },
});

/** Those who follow Standard Webhooks, but for what their secrets look like. */
export const standardFollowers: readonly ShippedProvider[] = [imagekit, whop];
