import { loadSettings } from '#shared-kernel/config/settings.js';
import { SamplingPayloadWatch } from './sampling-payload-watch.js';

const settingsOf = (env: Record<string, string> = {}) => loadSettings(env, '', { tty: false });
const webhook = { id: 'whk_1', tenant: 'default', sourceId: 'src_1', provider: 'github' };
const look = (watch: SamplingPayloadWatch, eventType: string, json: unknown = { a: 1 }) =>
  watch.look({ ...webhook, eventType }, json);
/** A payload of so many places. */
const wide = (places: number) =>
  Object.fromEntries(
    Array.from({ length: places / 10 }, (_, group) => [
      `g${String.fromCharCode(97 + (group % 26))}${String.fromCharCode(97 + Math.floor(group / 26))}`,
      Object.fromEntries(
        Array.from({ length: 9 }, (_name, at) => [`f${'abcdefghi'[at] ?? ''}`, 1]),
      ),
    ]),
  );

describe('samples of payloads', () => {
  it('are handed over once there are enough, and the rest when it is asked for', () => {
    const watch = new SamplingPayloadWatch(settingsOf());
    for (let times = 0; times < 60; times++) look(watch, 'full');
    look(watch, 'few');
    expect(
      watch.take(false).map(({ subject, tally }) => [subject.eventType, tally.samples]),
    ).toEqual([['full', 40]]);
    expect(watch.take(false)).toEqual([]);
    expect(watch.take(true).map(({ subject }) => subject.eventType)).toEqual(['few']);
    expect(watch.take(true)).toEqual([]);
  });

  it('are of a bounded number of event types: the one that was not seen longest gives way', () => {
    const watch = new SamplingPayloadWatch(settingsOf());
    for (let type = 0; type < 200; type++) look(watch, `t${type}`);
    look(watch, 't0');
    look(watch, 'new');
    const types = watch.take(true).map(({ subject }) => subject.eventType);
    expect(types).toHaveLength(200);
    expect(types).toEqual(expect.arrayContaining(['t0', 'new']));
    expect(types).not.toContain('t1');
  });

  it('are of a bounded number of places in all', () => {
    const watch = new SamplingPayloadWatch(settingsOf());
    const payload = wide(1_400);
    const places = () => watch.take(true).reduce((sum, { tally }) => sum + tally.nodes, 0);
    for (let type = 0; type < 60; type++) look(watch, `t${type}`, payload);
    expect(places()).toBeLessThanOrEqual(60_000);
    look(watch, 'later');
    expect(places()).toBeLessThanOrEqual(2);
  });

  it('are left out when looking takes more than its share of the time', () => {
    const watch = new SamplingPayloadWatch(settingsOf());
    const payload = wide(1_400);
    const startedAt = performance.now();
    let looks = 0;
    let lookedMs = 0;
    // Far more work than the budget of a burst, however fast the machine is.
    while (lookedMs < 300 && looks < 100_000) {
      const before = performance.now();
      look(watch, `t${looks++ % 100}`, payload);
      lookedMs += performance.now() - before;
      if (performance.now() - startedAt > 5_000) break;
    }
    const samples = watch.take(true).reduce((sum, { tally }) => sum + tally.samples, 0);
    expect(samples).toBeGreaterThan(0);
    expect(samples).toBeLessThan(looks);
  });

  it('are none of what is no JSON, of what was forgotten, and of anything when it is off', () => {
    const watch = new SamplingPayloadWatch(settingsOf());
    watch.look({ ...webhook, eventType: 'text' }, undefined);
    look(watch, 'forgotten');
    watch.forget('src_1', 'forgotten');
    watch.forget('src_1', 'never seen');
    expect(watch.take(true)).toEqual([]);
    const off = new SamplingPayloadWatch(settingsOf({ PAYLOAD_DRIFT: 'off' }));
    off.onApplicationBootstrap();
    look(off, 'any');
    expect(off.take(true)).toEqual([]);
    off.onApplicationShutdown();
  });
});
