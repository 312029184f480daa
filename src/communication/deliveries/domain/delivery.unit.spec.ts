import { discard, settle, startAgain, type DueDelivery, type SettledDelivery } from './delivery.js';
import type { SendOutcome } from './judge-outcome.js';
import { retryPolicySchema } from './retry-policy.js';

const policy = retryPolicySchema.parse({ triesMax: 3 });
const nowMs = 1_700_000_000_000;

const due = (overrides: Partial<DueDelivery> = {}): DueDelivery => ({
  id: 'dlv_1',
  tenant: 'default',
  endpointId: 'end_1',
  eventId: 'evt_1',
  createdAtMs: nowMs - 60_000,
  attemptsMade: 0,
  failedTries: 0,
  orderKey: null,
  state: 'due',
  dueAtMs: nowMs - 100,
  ...overrides,
});

const answered = (status: number, retryAfter: string | null = null): SendOutcome => ({
  kind: 'answered',
  status,
  retryAfter,
  bodyStart: 'hello',
  durationMs: 40,
});

describe('a due delivery', () => {
  it('ends as delivered when the receiver accepts it', () => {
    const { delivery, attempt, disableReason } = settle(due(), answered(204), policy, nowMs, 0.5);
    expect(delivery).toMatchObject({ state: 'delivered', settledAtMs: nowMs, attemptsMade: 1 });
    expect(delivery).not.toHaveProperty('dueAtMs');
    expect(attempt).toMatchObject({
      deliveryId: 'dlv_1',
      number: 1,
      startedAtMs: nowMs - 40,
      durationMs: 40,
      verdict: 'delivered',
      status: 204,
      bodyStart: 'hello',
      failedStage: null,
      failure: null,
    });
    expect(disableReason).toBeNull();
  });

  it('becomes due again after a failure, and the attempt says at which stage', () => {
    const outcome = {
      kind: 'failed',
      stage: 'dns',
      message: 'no such name',
      durationMs: 7,
    } as const;
    const { delivery, attempt } = settle(due(), outcome, policy, nowMs, 0.5);
    expect(delivery).toMatchObject({ state: 'due', dueAtMs: nowMs + 5_000, failedTries: 1 });
    expect(attempt).toMatchObject({
      verdict: 'retry',
      status: null,
      bodyStart: null,
      failedStage: 'dns',
      failure: 'no such name',
    });
  });

  it('waits as long as the receiver asks with 429', () => {
    const { delivery } = settle(due(), answered(429, '60'), policy, nowMs, 0.5);
    expect(delivery).toMatchObject({ state: 'due', dueAtMs: nowMs + 60_000 });
  });

  it('does not wait longer because of a Retry-After that came with 404', () => {
    const { delivery } = settle(due(), answered(404, '60'), policy, nowMs, 0.5);
    expect(delivery).toMatchObject({ state: 'due', dueAtMs: nowMs + 5_000 });
  });

  it('is exhausted with its last try, and asks for no disabling', () => {
    const last = due({ attemptsMade: 5, failedTries: 2 });
    const { delivery, attempt, disableReason } = settle(last, answered(500), policy, nowMs, 0.5);
    expect(delivery).toMatchObject({ state: 'exhausted', settledAtMs: nowMs, failedTries: 3 });
    expect(attempt).toMatchObject({ number: 6, verdict: 'retry' });
    expect(disableReason).toBeNull();
  });

  it('is exhausted at once by 410, and its endpoint is to be disabled', () => {
    const { delivery, attempt, disableReason } = settle(due(), answered(410), policy, nowMs, 0.5);
    expect(delivery).toMatchObject({ state: 'exhausted', attemptsMade: 1, failedTries: 1 });
    expect(attempt.verdict).toBe('give-up');
    expect(disableReason).toBe('the receiver is gone for good');
  });

  it('is discarded when its endpoint is disabled', () => {
    const discarded = discard(due(), nowMs);
    expect(discarded).toMatchObject({ state: 'discarded', settledAtMs: nowMs, attemptsMade: 0 });
    expect(discarded).not.toHaveProperty('dueAtMs');
  });

  it('cannot be started again', () => {
    expect(() => startAgain(due(), nowMs)).toThrow(
      expect.objectContaining({ code: 'deliveries.delivery-not-retryable' }),
    );
  });
});

describe('a settled delivery', () => {
  it.each(['delivered', 'exhausted', 'discarded'] as const)(
    'that is %s starts again at once, with all its tries and its history',
    (state) => {
      const { dueAtMs: _dueAtMs, ...facts } = due({ attemptsMade: 4, failedTries: 3 });
      const settled: SettledDelivery = { ...facts, state, settledAtMs: nowMs - 1 };
      const again = startAgain(settled, nowMs);
      expect(again).toMatchObject({
        state: 'due',
        dueAtMs: nowMs,
        attemptsMade: 4,
        failedTries: 0,
      });
      expect(again).not.toHaveProperty('settledAtMs');
    },
  );
});
