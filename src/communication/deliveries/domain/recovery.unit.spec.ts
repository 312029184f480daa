import { recoveryStateOf } from './recovery-state.js';
import {
  afterStep,
  backlogMax,
  nextStepAtMs,
  type Recovery,
  waitForBacklogUntilMs,
} from './recovery.js';

const recovery: Recovery = {
  id: 'rcv_1',
  tenant: 'default',
  kind: 'replay',
  selection: { endpointId: 'end_1', eventTypes: [], match: 'rules' },
  state: 'running',
  selected: 8,
  started: 1,
  passedOver: 1,
  position: 10,
  upTo: 20,
  requestedBy: 'key_1',
  requestedAtMs: 1_000,
  finishedAtMs: null,
  origin: { traceparent: null, correlationId: null, causationId: null, hops: 1 },
};

describe('a step of a recovery', () => {
  it('adds to what was done, and ends it only where it ends', () => {
    const first = afterStep(recovery, { position: 15, started: 2, passedOver: 1 }, 2_000);
    expect(first).toMatchObject({ position: 15, started: 3, passedOver: 2, state: 'running' });
    expect(recoveryStateOf(first)).toMatchObject({ percent: 62, finishedAtMs: null });
    const last = afterStep(first, { position: 20, started: 0, passedOver: 0 }, 3_000);
    expect(last).toMatchObject({ state: 'done', finishedAtMs: 3_000 });
    // Retention took some of the events away: it is done all the same.
    expect(recoveryStateOf(last).percent).toBe(100);
  });

  it('is never at 100 % while it runs', () => {
    const nearly = { ...recovery, started: 8, passedOver: 0 };
    expect(recoveryStateOf(nearly).percent).toBe(99);
    expect(recoveryStateOf({ ...recovery, selected: 0, started: 0, passedOver: 0 }).percent).toBe(
      0,
    );
  });

  it('waits while the endpoints have enough to do, but not for ever', () => {
    expect(nextStepAtMs(1_000)).toBeGreaterThan(1_000);
    expect(waitForBacklogUntilMs(backlogMax - 1, 1_000, 1_000)).toBeNull();
    expect(waitForBacklogUntilMs(backlogMax, 1_000, 30_999)).toBe(31_499);
    expect(waitForBacklogUntilMs(backlogMax, 1_000, 31_000)).toBeNull();
  });
});
