import { defineErrors } from '#shared-kernel/domain/domain-error.js';

export const billingErrors = defineErrors('billing', {
  creditExhausted: {
    status: 409,
    title: 'The customer owes too much',
    remedy: 'Nothing: the order is billed by itself once the customer has paid.',
  },
});
