import { orderKeyOf } from './order-key.js';

const event = { data: '{}', subject: null, source: '/shop' };

describe('the key that an order goes by', () => {
  it('is the partition key of the publisher, else the subject, else the source', () => {
    const data = JSON.stringify({ extensions: { partitionkey: 'customer 7' } });
    expect(orderKeyOf({ ...event, data, subject: 's' })).toBe('key:customer 7');
    expect(orderKeyOf({ ...event, subject: 's' })).toBe('subject:/shop s');
    expect(orderKeyOf(event)).toBe('source:/shop');
    expect(orderKeyOf({ ...event, data: '{"extensions":{}}' })).toBe('source:/shop');
  });
});
