import type { ShippedProvider } from '../provider-definition.js';
import { carrierProviders } from './carrier-providers.js';
import { chatProviders } from './chat-providers.js';
import { mailProviders } from './mail-providers.js';
import { mediaProviders } from './media-providers.js';
import { slack } from './slack.js';
import { telephonyProviders } from './telephony-providers.js';

/** Chat, mail, telephony and meetings. */
export const messagingProviders: readonly ShippedProvider[] = [
  slack,
  ...carrierProviders,
  ...chatProviders,
  ...mailProviders,
  ...mediaProviders,
  ...telephonyProviders,
];
