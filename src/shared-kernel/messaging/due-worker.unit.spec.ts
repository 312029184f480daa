import fc from 'fast-check';
import { type MessagingKernel, openMessaging } from '../../../test/conformance/messaging-kernel.js';
import type { ClaimRequest, DueItem } from './due-work.js';
import { DueWorker } from './due-worker.js';

interface Job extends DueItem {
  dueAtMs: number;
}

const origin = { traceparent: null, correlationId: null, causationId: null, hops: 0 };

/** Due rows in memory; a job hangs until the test lets it end, or ends at once. */
class Jobs {
  readonly rows: Job[] = [];
  readonly claims: ClaimRequest[] = [];
  readonly done: string[] = [];
  readonly released: string[] = [];
  readonly hanging = new Map<string, () => void>();
  /** Claimed by processes that are gone. */
  readonly abandoned: { job: Job; claimedBy: string }[] = [];
  inFlight = 0;
  inFlightMax = 0;
  lookups = 0;

  constructor(private readonly hangs: (job: Job) => boolean = () => false) {}

  add(id: string, lane = 'lane', dueAtMs = 0): void {
    this.rows.push({ id, lane, origin, dueAtMs });
  }

  async claim(request: ClaimRequest): Promise<Job[]> {
    this.claims.push(request);
    const isFree = (row: Job) =>
      row.dueAtMs <= request.nowMs && !request.busyLanes.includes(row.lane);
    const claimed = this.rows.filter(isFree).slice(0, request.limit);
    for (const row of claimed) this.rows.splice(this.rows.indexOf(row), 1);
    return claimed;
  }

  async perform(job: Job): Promise<void> {
    this.inFlightMax = Math.max(this.inFlightMax, ++this.inFlight);
    try {
      if (job.id.startsWith('bad')) throw new Error(`${job.id} failed`);
      if (this.hangs(job)) {
        await new Promise<void>((resolve) => this.hanging.set(job.id, resolve));
      }
      this.done.push(job.id);
    } finally {
      this.inFlight--;
    }
  }

  async release(job: Job): Promise<void> {
    this.released.push(job.id);
  }

  async reclaim(instanceId: string): Promise<number> {
    return this.giveBack((claimedBy) => claimedBy === instanceId);
  }

  async reclaimOthers(instanceId: string): Promise<number> {
    return this.giveBack((claimedBy) => claimedBy !== instanceId);
  }

  private giveBack(isLeft: (claimedBy: string) => boolean): number {
    const left = this.abandoned.filter(({ claimedBy }) => isLeft(claimedBy));
    for (const { job } of left) this.rows.push(job);
    return left.length;
  }

  async nextDueAtMs(): Promise<number | null> {
    this.lookups++;
    return this.rows.length === 0 ? null : Math.min(...this.rows.map(({ dueAtMs }) => dueAtMs));
  }
}

const drainTimeoutMs = 10_000;

describe('DueWorker', () => {
  let kernel: MessagingKernel;
  let worker: DueWorker | undefined;
  let failures: unknown[];
  const work = (jobs: Jobs, concurrency: number) => {
    const place = { instanceId: 'me', concurrency };
    worker = new DueWorker({ effect: 'job' }, jobs, place, kernel, (e) => failures.push(e));
    worker.wake();
    return worker;
  };
  const until = async (fact: () => boolean) => {
    while (!fact()) await new Promise((resolve) => setTimeout(resolve, 1));
  };

  beforeAll(async () => {
    kernel = await openMessaging('warn');
  });
  beforeEach(() => {
    failures = [];
    kernel.lines.length = 0;
  });
  afterEach(() => worker?.stop(drainTimeoutMs));
  afterAll(() => kernel.end());

  it('performs everything that is due, never more at once than it may', async () => {
    const jobs = new Jobs();
    for (let n = 0; n < 200; n++) jobs.add(`j${n}`, `lane ${n % 7}`);
    work(jobs, 8);
    await until(() => jobs.done.length === 200);
    expect(new Set(jobs.done).size).toBe(200);
    expect(jobs.inFlightMax).toBeLessThanOrEqual(8);
    expect(Math.max(...jobs.claims.map(({ limit }) => limit))).toBe(2);
  });

  it('leaves room for other lanes beside one that hangs', async () => {
    const jobs = new Jobs(({ lane }) => lane === 'slow');
    for (let n = 0; n < 50; n++) jobs.add(`slow ${n}`, 'slow');
    for (let n = 0; n < 50; n++) jobs.add(`quick ${n}`, 'quick');
    work(jobs, 8);
    await until(() => jobs.done.length === 50);
    expect(jobs.done.every((id) => id.startsWith('quick'))).toBe(true);
    expect(jobs.hanging.size).toBeGreaterThanOrEqual(6);
    expect(jobs.hanging.size).toBeLessThan(8);
    const lastClaim = jobs.claims.at(-1);
    expect(lastClaim?.busyLanes).toEqual(['slow']);
    for (const end of jobs.hanging.values()) end();
    await until(() => jobs.hanging.size > 8);
    const stopping = worker!.stop(drainTimeoutMs);
    await until(() => {
      for (const end of jobs.hanging.values()) end();
      return jobs.inFlight === 0;
    });
    await stopping;
  });

  it.each(fc.sample(fc.integer({ min: 2, max: 64 }), 6))(
    'lets a hanging lane never take every one of %d places',
    async (concurrency) => {
      const jobs = new Jobs(({ lane }) => lane === 'slow');
      for (let n = 0; n < 2 * concurrency; n++) jobs.add(`slow ${n}`, 'slow');
      jobs.add('quick', 'quick');
      const hanging = work(jobs, concurrency);
      await until(() => jobs.done.includes('quick'));
      expect(jobs.hanging.size).toBeLessThan(concurrency);
      const stopping = hanging.stop(drainTimeoutMs);
      for (const end of jobs.hanging.values()) end();
      await stopping;
    },
  );

  it('gives back what does not end in time', async () => {
    const jobs = new Jobs(({ id }) => id === 'endless');
    jobs.add('endless');
    jobs.add('quick');
    const stopping = work(jobs, 8);
    await until(() => jobs.done.includes('quick') && jobs.hanging.has('endless'));
    await stopping.stop(20);
    expect(jobs.released).toEqual(['endless']);
    for (const end of jobs.hanging.values()) end();
  });

  it('takes over what an instance that died had claimed', async () => {
    const jobs = new Jobs();
    const job = (id: string): Job => ({ id, lane: 'lane', origin, dueAtMs: 0 });
    jobs.abandoned.push(
      { job: job('of a'), claimedBy: 'a' },
      { job: job('of b'), claimedBy: 'b' },
      { job: job('mine'), claimedBy: 'me' },
    );
    const taking = work(jobs, 4);
    await until(() => jobs.lookups === 1);
    expect(await taking.reclaim('nobody')).toBe(0);
    expect(await taking.reclaim('a')).toBe(1);
    await until(() => jobs.done.length === 1);
    expect(jobs.done).toEqual(['of a']);
    expect(await taking.reclaimOthers()).toBe(2);
    expect(jobs.claims.at(-1)).toMatchObject({ claimedBy: 'me' });
  });

  it('goes on after work that throws, and writes the failure once', async () => {
    const jobs = new Jobs();
    for (let n = 0; n < 20; n++) jobs.add(n % 2 === 0 ? `bad ${n}` : `good ${n}`);
    work(jobs, 4);
    await until(() => jobs.done.length === 10 && jobs.inFlight === 0);
    await worker!.stop(drainTimeoutMs);
    expect(kernel.lines).toHaveLength(10);
    expect(kernel.lines[0]).toMatchObject({
      'event.dataset': 'signalbox.attempt',
      'event.action': 'job',
      'error.message': 'bad 0 failed',
    });
    expect(failures).toEqual([]);
  });

  it('sleeps until the next work is due', async () => {
    const jobs = new Jobs();
    jobs.add('later', 'lane', kernel.clock.now() + 200);
    work(jobs, 4);
    await until(() => jobs.lookups > 0);
    expect(jobs.claims).toEqual([]);
    kernel.clock.nowMs += 200;
    await until(() => jobs.done.length === 1);
    expect(jobs.lookups).toBeLessThan(6);
  });

  it('is told by a wake of work that came meanwhile', async () => {
    const jobs = new Jobs();
    const woken = work(jobs, 4);
    await until(() => jobs.lookups === 1);
    jobs.add('new');
    woken.wake();
    await until(() => jobs.done.length === 1);
  });

  it('tells of a claim that fails and claims again later', async () => {
    const jobs = new Jobs();
    jobs.add('only');
    const { claim } = jobs;
    jobs.claim = () => {
      jobs.claim = claim;
      return Promise.reject(new Error('disk gone'));
    };
    work(jobs, 4);
    await until(() => jobs.done.length === 1);
    expect(failures).toMatchObject([{ message: 'disk gone' }]);
  });

  it('claims nothing more once it is stopped, and waits for what is in flight', async () => {
    const jobs = new Jobs(() => true);
    for (let n = 0; n < 10; n++) jobs.add(`j${n}`, `lane ${n}`);
    const stopped = work(jobs, 4);
    await until(() => jobs.hanging.size === 4);
    let ended = false;
    const stopping = stopped.stop(drainTimeoutMs).then(() => (ended = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(false);
    for (const end of jobs.hanging.values()) end();
    await stopping;
    expect(jobs.done).toHaveLength(4);
    expect(jobs.rows).toHaveLength(6);
  });
});
