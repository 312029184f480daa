import type { NewEvent } from '#shared-kernel/contracts/event-contract.js';
import type { Decision, EventLog } from '#shared-kernel/messaging/event-log.js';
import { learnShape } from '../domain/learn-shape.js';
import { shapeFromJson, shapeToJson } from '../domain/payload-shape-json.js';
import { PayloadSamples, type SampledPayloads } from '../domain/payload-samples.js';
import { PayloadShapes, type StoredShape } from '../domain/payload-shapes.js';
import { PayloadTally } from '../domain/payload-tally.js';
import { LearnPayloadShapes, LearnPayloadShapesHandler } from './learn-payload-shapes.js';

const subject = {
  tenant: 'default',
  sourceId: 'src_1',
  provider: 'github',
  eventType: 'github.push',
};

function samples(count: number, payload: object): SampledPayloads {
  const tally = new PayloadTally();
  for (let number = 0; number < count; number++) tally.add(payload, `whk_${number}`);
  return { subject, tally };
}

class Given extends PayloadSamples {
  constructor(private given: SampledPayloads[]) {
    super();
  }
  take(): SampledPayloads[] {
    const taken = this.given;
    this.given = [];
    return taken;
  }
  forget(): void {}
  onDue(): void {}
}

/** One shape that two processes learn; a write of an old revision is lost. */
class OneShape extends PayloadShapes {
  stored: StoredShape | undefined;
  wanted: StoredShape | undefined;
  others = 0;
  find = () =>
    Promise.resolve(
      this.stored && { ...this.stored, shape: shapeFromJson(shapeToJson(this.stored.shape)) },
    );
  list = () => Promise.resolve({ items: [], next: null });
  countOf = () => Promise.resolve(this.others);
  replace(stored: Omit<StoredShape, 'revision'>, revision: number) {
    this.wanted = { ...stored, revision: revision + 1 };
    return { statement: { sql: '', parameters: [] }, expect: 'any' as const };
  }
  remove = () => ({ statement: { sql: '', parameters: [] }, expect: 'any' as const });
}

/** @param meanwhile what another process commits just before each of ours */
function learner(shapes: OneShape, meanwhile: (() => void)[] = []) {
  const events: NewEvent[] = [];
  const log = {
    tryCommit: ({ events: decided = [] }: Decision) => {
      meanwhile.shift()?.();
      const expected = (shapes.stored?.revision ?? 0) + 1;
      if (shapes.wanted?.revision !== expected) {
        return Promise.resolve({ committed: false, conflict: 'shape-is-unchanged' });
      }
      shapes.stored = shapes.wanted;
      events.push(...decided);
      return Promise.resolve({ committed: true, rows: [] });
    },
  } as unknown as EventLog;
  const learn = (...given: SampledPayloads[]) =>
    new LearnPayloadShapesHandler(new Given(given), shapes, log, { now: () => 7 }).execute(
      new LearnPayloadShapes({ rest: false }),
    );
  return { learn, events };
}

describe('payloads that were sampled', () => {
  it('are added to what another process learned meanwhile', async () => {
    const shapes = new OneShape();
    const other = () => {
      const { shape } = learnShape(null, samples(30, { a: 1 }).tally);
      shapes.stored = { subject, shape, learnedAtMs: 6, revision: 1 };
    };
    const { learn } = learner(shapes, [other]);
    expect(await learn(samples(40, { a: 1 }))).toEqual({ learned: 1, changes: 0 });
    expect(shapes.stored).toMatchObject({ revision: 2, shape: { samples: 70 }, learnedAtMs: 7 });
  });

  it('are given up when others are always faster: later ones teach the same', async () => {
    const shapes = new OneShape();
    const { shape } = learnShape(null, samples(1, {}).tally);
    const faster = () => {
      const revision = (shapes.stored?.revision ?? 0) + 1;
      shapes.stored = { subject, shape, learnedAtMs: 6, revision };
    };
    const { learn } = learner(shapes, Array<() => void>(9).fill(faster));
    expect(await learn(samples(40, {}))).toEqual({ learned: 1, changes: 0 });
    expect(shapes.stored?.revision).toBe(5);
  });

  it('are told of in one event, of which the first twenty changes are named', async () => {
    const shapes = new OneShape();
    const { learn, events } = learner(shapes);
    const fields = Object.fromEntries(
      Array.from({ length: 26 }, (_, at) => [String.fromCharCode(97 + at), 1]),
    );
    await learn(samples(40, fields), samples(40, fields));
    expect(events).toEqual([]);
    expect(await learn(samples(40, {}))).toEqual({ learned: 1, changes: 26 });
    expect(events).toMatchObject([
      {
        tenant: 'default',
        source: '/sources/src_1',
        data: { changesTotal: 26, firstWebhookId: 'whk_0', lastWebhookId: 'whk_39' },
      },
    ]);
    const { changes } = events[0]?.data as { changes: { path: string }[] };
    expect(changes.map(({ path }) => path).join('')).toBe('abcdefghijklmnopqrst');
  });

  it('are not learned when the source has too many event types already', async () => {
    const shapes = new OneShape();
    shapes.others = 500;
    expect(await learner(shapes).learn(samples(40, {}))).toEqual({ learned: 1, changes: 0 });
    expect(shapes.stored).toBeUndefined();
  });
});
