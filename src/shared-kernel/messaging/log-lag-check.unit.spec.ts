import { logLagCheck } from './log-lag-check.js';

describe('the readiness check of the event log', () => {
  const find = (...events: number[]) =>
    logLagCheck({
      lag: () =>
        Promise.resolve(
          events.map((behind, n) => ({ reaction: `r${n}`, events: behind, checkpoint: 0 })),
        ),
    }).find();

  it('finds nothing while reactions keep up', async () => {
    expect(await find()).toBeNull();
    expect(await find(0, 100_000)).toBeNull();
  });

  it('names the reactions that are far behind', async () => {
    expect(await find(5, 100_001)).toMatchObject({
      cause: 'Reactions are behind the event log: r1 by 100001 events.',
    });
  });
});
