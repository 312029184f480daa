import type { ShippedProvider } from '../provider-definition.js';
import { adyenProviders } from './adyen.js';
import { bankProviders } from './bank-providers.js';
import { billingProviders } from './billing-providers.js';
import { checkoutProviders } from './checkout-providers.js';
import { coinProviders } from './coin-providers.js';
import { documentedPayments } from './documented-payments.js';
import { paymentGateways } from './payment-gateways.js';
import { stripe } from './stripe.js';

/** Payments and banking. */
export const paymentProviders: readonly ShippedProvider[] = [
  ...adyenProviders,
  ...bankProviders,
  ...billingProviders,
  ...checkoutProviders,
  ...coinProviders,
  ...documentedPayments,
  ...paymentGateways,
  stripe,
];
