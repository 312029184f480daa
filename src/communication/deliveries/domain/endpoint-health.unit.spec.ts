import { endpointFlowSchema } from './endpoint-flow.js';
import {
  type EndpointHealth,
  healthAfter,
  openToTriesAtMs,
  wellHealth,
} from './endpoint-health.js';

const hourMs = 3_600_000;
const startMs = 1_700_000_000_000;
const failed = { blames: 'endpoint', retryAfterMs: null } as const;
const refused = { blames: 'message', retryAfterMs: null } as const;
const succeeded = { blames: null, retryAfterMs: null };
const breaker = {
  ...endpointFlowSchema.parse({}).breaker,
  opensAfter: 3,
  probeAfterMs: 1_000,
};

const after = (result: Parameters<typeof healthAfter>[1], before = wellHealth, atMs = startMs) =>
  healthAfter(before, result, breaker, atMs);

function failing(times: number, before: EndpointHealth = wellHealth): EndpointHealth {
  let health = before;
  for (let n = 0; n < times; n++) health = after(failed, health).health;
  return health;
}

describe('the breaker of an endpoint', () => {
  it('opens after so many failures in a row, and lets a probe go after a while', () => {
    expect(failing(2)).toMatchObject({ failures: 2, openedAtMs: null, probeAtMs: null });
    expect(failing(3)).toMatchObject({ openedAtMs: startMs, probeAtMs: startMs + 1_000 });
    expect(openToTriesAtMs(failing(3))).toBe(startMs + 1_000);
  });

  it('does not count what was under way when it opened', () => {
    expect(failing(9)).toMatchObject({ failures: 3, probeAtMs: startMs + 1_000 });
  });

  it('waits twice as long after each probe that fails, up to an hour', () => {
    let health = failing(3);
    const pauses: number[] = [];
    for (let n = 0; n < 14; n++) {
      const atMs = health.probeAtMs ?? 0;
      health = after(failed, health, atMs).health;
      pauses.push((health.probeAtMs ?? 0) - atMs);
    }
    expect(pauses.slice(0, 3)).toEqual([2_000, 4_000, 8_000]);
    expect(pauses.at(-1)).toBe(hourMs);
    expect(health.openedAtMs).toBe(startMs);
  });

  it('closes with the first success, which is worth telling', () => {
    expect(after(succeeded, failing(3))).toEqual({
      health: wellHealth,
      recovered: true,
      disableReason: null,
    });
    expect(after(succeeded, failing(2))).toMatchObject({ recovered: false });
  });

  it('does not open for messages that are refused: somebody is there', () => {
    const health = after(refused, failing(2)).health;
    expect(health).toMatchObject({ failures: 0, openedAtMs: null, failingSinceMs: startMs });
  });
});

describe('days of failure', () => {
  const lastAt = (hours: number, before: EndpointHealth) =>
    after(refused, before, startMs + hours * hourMs);

  it('disable the endpoint, whatever the failures were', () => {
    let { health } = after(failed);
    for (const hours of [40, 80, 119]) {
      const step = lastAt(hours, health);
      expect(step.disableReason).toBeNull();
      ({ health } = step);
    }
    expect(lastAt(120, health).disableReason).toBe('every try failed for 120 hours');
  });

  it('begin anew when nobody tried for two days', () => {
    const { health, disableReason } = lastAt(121, after(failed).health);
    expect(disableReason).toBeNull();
    expect(health.failingSinceMs).toBe(startMs + 121 * hourMs);
  });

  it('do not matter to an endpoint that is never to be disabled', () => {
    const never = { ...breaker, disablesAfterHours: null };
    const old = { ...failing(1), failedAtMs: startMs + 999 * hourMs };
    const change = healthAfter(old, failed, never, startMs + 1_000 * hourMs);
    expect(change.disableReason).toBeNull();
  });
});

describe('a receiver that asks for time', () => {
  it('pauses the endpoint for as long, but not beyond an hour', () => {
    const asked = (retryAfterMs: number) =>
      openToTriesAtMs(after({ ...failed, retryAfterMs }).health) - startMs;
    expect([asked(5_000), asked(9 * hourMs)]).toEqual([5_000, hourMs]);
  });

  it('is not answered sooner because another try fails without asking', () => {
    const { health } = after({ ...failed, retryAfterMs: 5_000 });
    expect(openToTriesAtMs(after(failed, health, startMs + 10).health)).toBe(startMs + 5_000);
    expect(after(failed, health, startMs + 6_000).health.pausedUntilMs).toBeNull();
  });
});
