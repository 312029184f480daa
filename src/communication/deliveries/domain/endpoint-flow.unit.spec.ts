import { endpointFlowPatchSchema, endpointFlowSchema, patchFlow } from './endpoint-flow.js';
import { delayBeforeTryMs, retryPolicySchema } from './retry-policy.js';

const defaults = endpointFlowSchema.parse({});

describe('the flow of an endpoint', () => {
  it('has no limits of its own and no order unless it says so', () => {
    expect(defaults).toEqual({
      rate: null,
      concurrency: null,
      order: 'none',
      orderOnExhausted: 'continue',
      breaker: { opensAfter: 10, probeAfterMs: 30_000, disablesAfterHours: 120 },
    });
  });

  it('keeps what a patch does not name, and takes null as no limit', () => {
    const rate = { perSecond: 5, burst: 2 };
    const set = patchFlow(
      defaults,
      endpointFlowPatchSchema.parse({ rate, breaker: { opensAfter: 3 }, order: 'key' }),
    );
    expect(set).toMatchObject({ rate, order: 'key', concurrency: null });
    expect(set.breaker).toEqual({ ...defaults.breaker, opensAfter: 3 });
    const patch = { rate: null, concurrency: 7, breaker: { disablesAfterHours: null } };
    const unset = patchFlow(set, endpointFlowPatchSchema.parse(patch));
    expect(unset).toMatchObject({ rate: null, concurrency: 7, order: 'key' });
    expect(unset.breaker).toEqual({
      opensAfter: 3,
      probeAfterMs: 30_000,
      disablesAfterHours: null,
    });
    expect(patchFlow(unset, {})).toEqual(unset);
  });
});

describe('a policy that lists its delays', () => {
  it('waits as the list says, and gives up behind its end', () => {
    const policy = retryPolicySchema.parse({ delaysMs: [1_000, 60_000] });
    const delays = [1, 2, 3].map((tries) => delayBeforeTryMs(policy, tries, 0.5, null));
    expect(delays).toEqual([1_000, 60_000, null]);
  });
});
