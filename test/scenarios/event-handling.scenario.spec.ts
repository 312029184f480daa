import { defineErrors } from '#shared-kernel/domain/domain-error.js';
import { crashPoints } from '../support/scenario/faulty-store.ts';
import { manySeedsTimeoutMs, scenario } from '../support/scenario/scenario.ts';
import { echo, Echoed, echoModule, echoReaction, Said, SaidLater, say } from './echo-module.ts';

const errors = defineErrors('event-handling-scenario', {
  busy: { status: 503, title: 'Busy', remedy: 'Wait.' },
});

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

it('an event of a version that nobody knows is put aside, and holds up only its key', () =>
  scenario(echoModule())
    .when(SaidLater.of({ tenant: 'default', data: { key: 'a', n: 1 } }), say(2, 'a'), say(3, 'b'))
    .then.expectEvent(Echoed, { n: 3 })
    .andNoOther('echo.*')
    .expectParked(echoReaction, 'messaging.unknown-event', { state: 'parked' })
    .verify());

it('a loop ends at the limit of hops, and the event that met it is dead', () => {
  const loop = ({ data: { key, n } }: Said) => ({ events: [say(n + 1, key)] });
  return scenario(echoModule(loop))
    .when(say(0))
    .then.expectEvent(Said, { n: 1 })
    .expectEvent(Said, { n: 16 })
    .expectParked(echoReaction, 'messaging.hop-limit', { state: 'dead' })
    .verify();
});

describe('an event that fails', () => {
  it('is tried again until it can be handled, and those behind it keep their order', () => {
    const seen: number[] = [];
    let tries = 0;
    const decide = (event: Said) => {
      if (event.data.n === 1 && ++tries < 4) throw errors.busy('Not now.');
      seen.push(event.data.n);
      return echo(event);
    };
    return scenario(echoModule(decide))
      .when(say(1, 'a'), say(2, 'a'), say(3, 'b'), say(4, 'a'))
      .then.expectEvent(Echoed, { n: 3 })
      .andNoOther('*')
      .expectParked(echoReaction, 'event-handling-scenario.busy', { state: 'parked', tries: 1 })
      .afterMs(hourMs)
      .expectEvent(Echoed, { n: 1 })
      .expectEvent(Echoed, { n: 2 })
      .expectEvent(Echoed, { n: 4 })
      .andNoOther('*')
      .expectThat(() => expect(seen).toEqual([3, 1, 2, 4]))
      .verify();
  });

  it('is dead after its last try, and those behind it go on', () => {
    const decide = (event: Said) => {
      if (event.data.n === 1) throw errors.busy('Never.');
      return echo(event);
    };
    return scenario(echoModule(decide))
      .when(say(1, 'a'), say(2, 'a'))
      .then.andNoOther('*')
      .afterMs(dayMs)
      .expectEvent(Echoed, { n: 2 })
      .andNoOther('*')
      .expectParked(echoReaction, 'event-handling-scenario.busy', { state: 'dead', tries: 8 })
      .verify();
  });
});

describe('under faults', () => {
  const keys = ['a', 'b', 'c'];
  const events = [1, 2, 3, 4].flatMap((n) => keys.map((key) => say(n, key)));
  const inOrder = (seen: Map<string, number[]>) => {
    for (const key of keys) expect(seen.get(key)).toEqual([1, 2, 3, 4]);
    seen.clear();
  };

  it(
    'no event of a key overtakes another, whatever fails and whenever it arrives',
    () => {
      const seen = new Map<string, number[]>();
      const failed = new Set<string>();
      const decide = (event: Said) => {
        const { key, n } = event.data;
        const once = `${key} ${n}`;
        if (n % 2 === 0 && !failed.has(once)) {
          failed.add(once);
          throw errors.busy('Not at the first try.');
        }
        seen.set(key, [...(seen.get(key) ?? []), n]);
        return echo(event);
      };
      return scenario(echoModule(decide))
        .when(...events)
        .withFaults({ reorder: true, delayMs: 2_000 })
        .repeat({ seeds: 12 })
        .then.afterMs(hourMs)
        .expectThat(() => inOrder(seen))
        .expectThat(() => failed.clear())
        .verify();
    },
    manySeedsTimeoutMs,
  );

  it(
    'every event has its effect once, wherever the process dies',
    () => {
      const expected = keys.flatMap((key) => [1, 2, 3, 4].map((n) => ({ key, n })));
      const story = scenario(echoModule())
        .when(...events)
        .withFaults({ crash: crashPoints, reorder: true })
        .repeat({ seeds: 12 });
      let outcome = story.then.expectThat(() => undefined);
      for (const data of expected) outcome = outcome.expectEvent(Echoed, data);
      return outcome.andNoOther('*').verify();
    },
    manySeedsTimeoutMs,
  );
});
