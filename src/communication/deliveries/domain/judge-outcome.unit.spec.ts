import { judge, type FailedStage, type SendOutcome } from './judge-outcome.js';

const answered = (status: number): SendOutcome => ({
  kind: 'answered',
  status,
  retryAfter: null,
  bodyStart: '',
  durationMs: 1,
});

describe('an answer', () => {
  it.each([200, 201, 202, 204, 226, 299])('of %d is a delivery', (status) => {
    expect(judge(answered(status)).verdict).toBe('delivered');
  });

  it.each([301, 302, 307, 308, 400, 401, 403, 404, 408, 409, 413, 422, 425, 499, 500, 502, 599])(
    'of %d is tried again by the plan alone',
    (status) => {
      expect(judge(answered(status))).toMatchObject({ verdict: 'retry', honoursRetryAfter: false });
    },
  );

  it.each([429, 503])('of %d is tried again when the receiver asks', (status) => {
    expect(judge(answered(status))).toMatchObject({ verdict: 'retry', honoursRetryAfter: true });
  });

  it('of 410 ends the delivery and disables the endpoint', () => {
    expect(judge(answered(410))).toMatchObject({ verdict: 'give-up', disablesEndpoint: true });
  });

  it.each([600, 999])('of %d, which HTTP does not know, is tried again', (status) => {
    expect(judge(answered(status)).verdict).toBe('retry');
  });
});

describe('a failure', () => {
  const stages: FailedStage[] = [
    'address-refused',
    'dns',
    'connect',
    'tls',
    'timeout',
    'answer-broken',
  ];

  it.each(stages)('at the stage %s is tried again', (stage) => {
    const verdict = judge({ kind: 'failed', stage, message: 'x', durationMs: 1 });
    expect(verdict.verdict).toBe('retry');
    expect(verdict.why).not.toBe('');
  });
});
