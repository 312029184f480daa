import { WakeableLoop } from './wakeable-loop.js';

/** A promise that the test resolves. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<null>();
  return { promise, open: () => resolve(null) };
}

describe('WakeableLoop', () => {
  let loop: WakeableLoop | undefined;
  let startedAtMs: number[];
  let failures: unknown[];
  const started = async (count: number) => {
    while (startedAtMs.length < count) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  const run = (round: (index: number) => Promise<number | null>, nowMs = () => 0) => {
    loop = new WakeableLoop(
      () => round(startedAtMs.push(performance.now()) - 1),
      (error) => failures.push(error),
      nowMs,
    );
    return loop;
  };
  const pauseMs = (index: number) => (startedAtMs[index] ?? 0) - (startedAtMs[index - 1] ?? 0);

  beforeEach(() => {
    startedAtMs = [];
    failures = [];
  });
  afterEach(() => loop?.stop());

  it('runs one round for all wakes of a turn, and not within the turn', async () => {
    const woken = run(async () => null);
    for (let wakes = 0; wakes < 5; wakes++) woken.wake();
    expect(startedAtMs).toEqual([]);
    await started(1);
    await woken.stop();
    expect(startedAtMs).toHaveLength(1);
  });

  it('runs once more when woken during a round, and never two at once', async () => {
    const first = gate();
    let inFlight = 0;
    let most = 0;
    const woken = run(async (index) => {
      most = Math.max(most, ++inFlight);
      if (index === 0) await first.promise;
      inFlight--;
      return null;
    });
    woken.wake();
    await started(1);
    woken.wake();
    woken.wake();
    first.open();
    await started(2);
    await woken.stop();
    expect(startedAtMs).toHaveLength(2);
    expect(most).toBe(1);
  });

  it('looks again at the time that the round named, and polls when it named none', async () => {
    const woken = run(
      async (index) => (index === 0 ? 1_060 : null),
      () => 1_000,
    );
    woken.wake();
    await started(3);
    await woken.stop();
    expect(pauseMs(1)).toBeGreaterThan(50);
    expect(pauseMs(1)).toBeLessThan(600);
    expect(pauseMs(2)).toBeGreaterThan(900);
  });

  it('never sleeps longer than the poll interval, and comes at once for what is overdue', async () => {
    const woken = run(
      async (index) => (index === 0 ? 0 : 10_000_000),
      () => 5_000,
    );
    woken.wake();
    await started(3);
    await woken.stop();
    expect(pauseMs(1)).toBeLessThan(500);
    expect(pauseMs(2)).toBeLessThan(1_500);
  });

  it('is woken out of its sleep', async () => {
    const woken = run(async () => null);
    woken.wake();
    await started(1);
    await new Promise((resolve) => setImmediate(resolve));
    woken.wake();
    await started(2);
    expect(pauseMs(1)).toBeLessThan(500);
  });

  it('tells of a failed round and tries again after a pause, which no wake shortens', async () => {
    const woken = run(async (index) => {
      if (index === 0) {
        woken.wake();
        throw new Error('disk gone');
      }
      return null;
    });
    woken.wake();
    await started(1);
    const waking = setInterval(() => woken.wake(), 5);
    await started(2);
    clearInterval(waking);
    expect(pauseMs(1)).toBeGreaterThan(450);
    expect(failures).toMatchObject([{ message: 'disk gone' }]);
  });

  it('lets the running round end when it is stopped, and starts no other', async () => {
    const first = gate();
    let ended = false;
    const woken = run(async () => {
      await first.promise;
      ended = true;
      return 0;
    });
    woken.wake();
    await started(1);
    woken.wake();
    const stopping = woken.stop();
    expect(woken.isStopping).toBe(true);
    first.open();
    await stopping;
    expect(ended).toBe(true);
    woken.wake();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(startedAtMs).toHaveLength(1);
  });
});
