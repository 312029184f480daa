import { defineErrors } from '#shared-kernel/domain/domain-error.js';

export const orderErrors = defineErrors('orders', {
  orderExists: {
    status: 409,
    title: 'There is an order with this id',
    remedy: 'Take a new id, or read the order that is there.',
  },
});
