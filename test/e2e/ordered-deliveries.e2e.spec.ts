import { runOrder } from '../../tools/bench/order.ts';
import { ensureBuilt } from '../support/built-program.ts';

const run = { events: 1_500, keys: 30, kills: 2, seed: Date.now() % 2 ** 31 };

describe(`deliveries of an endpoint with an order (seed ${run.seed})`, () => {
  beforeAll(ensureBuilt, 60_000);

  it.each([
    ['by one process', false],
    ['by two processes on PostgreSQL', true],
  ])(
    'arrive one after another in each key %s, past refusals and killed processes',
    async (_how, isShared) => {
      const { inversions, accepted } = await runOrder({ ...run, isShared, keepsOrder: true });
      expect({ inversions, accepted }).toEqual({ inversions: 0, accepted: run.events });
    },
    120_000,
  );

  it('would be seen out of order if the endpoint kept none', async () => {
    const planted = { ...run, kills: 0, isShared: false, keepsOrder: false };
    expect((await runOrder(planted)).inversions).toBeGreaterThan(0);
  }, 120_000);
});
