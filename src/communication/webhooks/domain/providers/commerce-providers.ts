import type { ShippedProvider } from '../provider-definition.js';
import { easypost } from './shipping-providers.js';
import { shopify } from './shopify.js';
import { woocommerce } from './woocommerce.js';

/** Shops, forms and content. */
export const commerceProviders: readonly ShippedProvider[] = [easypost, shopify, woocommerce];
