import { z } from 'zod';
import {
  effect,
  type MessagingKernel,
  openMessaging,
  statement,
  ThingHappened,
} from '../../../test/conformance/messaging-kernel.js';
import {
  append,
  effectsOf,
  parkedOf,
  reactionBench,
} from '../../../test/conformance/reaction-bench.js';
import { defineEvent } from '#shared-kernel/contracts/event-contract.js';
import { always } from '#shared-kernel/persistence/statement.js';

/** The next version of the event: its number has a unit now. */
class ThingHappenedV2 extends defineEvent({
  name: 'things.thing-happened',
  version: 2,
  summary: 'A thing happened.',
  key: ({ key }) => key,
  schema: z.object({ key: z.string(), count: z.number().min(0) }),
  examples: [{ key: 'a', count: 1 }],
  since: '0.2.0',
  upcasts: { from: ThingHappened, up: ({ key, n }) => ({ key, count: n }) },
}) {}

describe('a reaction and the versions of an event', () => {
  let kernel: MessagingKernel;

  beforeEach(async () => {
    kernel = await openMessaging();
  });
  afterEach(() => kernel.end());

  it('gets events of an older version in the one that it wants', async () => {
    const seen: unknown[] = [];
    const bench = await reactionBench(
      kernel,
      ({ data, record }) => {
        seen.push([data, record.version]);
        return {};
      },
      { events: [ThingHappenedV2 as never] },
    );
    await append(kernel, [7]);
    const data = { key: 'a', count: 8 };
    await kernel.eventLog.commit({ events: [ThingHappenedV2.of({ tenant: 'default', data })] });
    await bench.settle();
    expect(seen).toEqual([
      [{ key: 'a', count: 7 }, 1],
      [{ key: 'a', count: 8 }, 2],
    ]);
  });

  it('parks an old event that cannot become one of the new version, and says why', async () => {
    const events = [ThingHappenedV2 as never];
    const bench = await reactionBench(kernel, () => ({}), { events });
    await append(kernel, [-1]);
    await bench.round();
    expect(await parkedOf(kernel)).toEqual([[-1, 'parked', 1]]);
    expect(kernel.lines).toMatchObject([
      { 'event.dataset': 'signalbox.reaction', 'error.code': 'contracts.upcast-failed' },
    ]);
  });

  it('parks an event of a version that it does not know, and says so once in the log', async () => {
    const bench = await reactionBench(kernel, ({ data }) => ({ writes: [effect(data)] }));
    await append(kernel, [1]);
    await kernel.store.commit([always(statement('UPDATE event_log SET version = 2'))]);
    await bench.round();
    expect(await parkedOf(kernel)).toEqual([[1, 'parked', 1]]);
    expect(kernel.lines).toMatchObject([
      { 'log.level': 'error', 'error.code': 'messaging.unknown-event' },
    ]);
  });

  it('parks an event whose stored data no longer fits its contract', async () => {
    const bench = await reactionBench(kernel, ({ data }) => ({ writes: [effect(data)] }));
    await append(kernel, [1]);
    await kernel.store.commit([always(statement("UPDATE event_log SET data = '{}'"))]);
    await bench.round();
    expect(await effectsOf(kernel)).toEqual([]);
    expect(await kernel.rows('SELECT state, error_code FROM parked_event')).toEqual([
      { state: 'parked', error_code: 'contracts.violated' },
    ]);
  });
});
