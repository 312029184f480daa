import fc from 'fast-check';
import { learnShape, type ShapeChange } from './learn-shape.js';
import { shapeFromJson, shapeToJson } from './payload-shape-json.js';
import type { PayloadShape } from './payload-shape.js';
import { placesOf } from './payload-paths.js';
import { PayloadTally } from './payload-tally.js';
import { placeFactsOf } from './place-facts.js';

/** Learns payloads in tallies of this size, each from what was stored after the one before. */
function learner(tallySize = 20) {
  let stored: string | null = null;
  return {
    learn(payloads: readonly unknown[]): ShapeChange[] {
      const changes: ShapeChange[] = [];
      for (let from = 0; from < payloads.length; from += tallySize) {
        const tally = new PayloadTally();
        for (const payload of payloads.slice(from, from + tallySize)) tally.add(payload, 'whk_1');
        const learned = learnShape(stored === null ? null : shapeFromJson(stored), tally);
        stored = shapeToJson(learned.shape);
        changes.push(...learned.changes);
      }
      return changes;
    },
    get shape(): PayloadShape {
      return shapeFromJson(stored ?? '');
    },
  };
}

const many = (count: number, payload: (number: number) => unknown) =>
  Array.from({ length: count }, (_, number) => payload(number));
const order = (number: number) => ({
  id: number,
  customer: { name: 'A', mail: number % 3 === 0 ? null : 'a@b.c' },
  lines: [{ sku: 'x', price: 1.5 }, { sku: 'y' }],
  note: null,
});
/** Two windows: the one in which a change comes is mixed, the next is sure. */
const foundWithin = 50;

describe('payloads that stay as they were', () => {
  it('are learned with their places, shares and types', () => {
    const orders = learner();
    expect(orders.learn(many(200, order))).toEqual([]);
    const places = new Map([...placesOf(orders.shape.root)]);
    expect([...places.keys()]).toEqual([
      '$',
      'id',
      'customer',
      'customer.name',
      'customer.mail',
      'lines',
      'lines[]',
      'lines[].sku',
      'lines[].price',
      'note',
    ]);
    const facts = (path: string) => placeFactsOf(places.get(path)!);
    expect(facts('id')).toEqual({ share: 1, types: ['number'], samples: 200 });
    expect(facts('customer.mail').types).toEqual(['null', 'string']);
    expect(orders.shape).toMatchObject({ samples: 200, nodes: places.size });
  });

  it('never raise an alarm, however often their optional fields are there', () => {
    const field = fc.record({
      share: fc.constantFrom(0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 1),
      types: fc.constantFrom(['a'], [1, null], ['a', null, true], [{ deep: 1 }], [[1], []]),
    });
    const populations = fc.record({
      fields: fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), field, { maxKeys: 12 }),
      seed: fc.nat(),
      tallySize: fc.constantFrom(1, 7, 25, 40),
    });
    fc.assert(
      fc.property(populations, ({ fields, seed, tallySize }) => {
        const random = randomFrom(seed);
        const draw = () => {
          const present = Object.entries(fields).filter(([, { share }]) => random() < share);
          return Object.fromEntries(
            present.map(([name, { types }]) => [name, types[Math.floor(random() * types.length)]]),
          );
        };
        expect(learner(tallySize).learn(many(400, draw))).toEqual([]);
      }),
      { numRuns: 150, seed: 4 },
    );
  });

  it('may have maps of ids, lists of any length, and a new map of names every time', () => {
    const payload = (number: number) => ({
      byNumber: { [number]: { total: 1 } },
      byUuid: { [`0190ab0c-5d3f-7a6e-8d5b-2f1c4e7a9b3${number % 10}`]: 1 },
      byName: Object.fromEntries(many(5, (at) => [`n${number}x${String(at)}`, 1]) as [string, 1][]),
      list: many(number % 40, (at) => at),
    });
    const shapes = learner();
    expect(shapes.learn(many(600, payload))).toEqual([]);
    const paths = [...placesOf(shapes.shape.root)].map(([path]) => path);
    expect(paths).toEqual(expect.arrayContaining(['byNumber{}.total', 'byUuid{}', 'byName{}']));
    expect(paths.length).toBeLessThan(15);
    expect(shapes.shape.nodes).toBe(paths.length);
  });

  it('stay within their bounds whatever they look like', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 20 }), { maxLength: 60 }), (payloads) => {
        const shapes = learner(60);
        if (payloads.length > 0) shapes.learn(payloads);
        const nodes = payloads.length === 0 ? 0 : shapes.shape.nodes;
        expect(nodes).toBeLessThanOrEqual(1_500);
      }),
      { numRuns: 100 },
    );
    const wide = (number: number) =>
      Object.fromEntries(
        many(150, (at) => [`f${String(at)}`, { [`g${number % 30}`]: { h: 1 } }]) as [
          string,
          object,
        ][],
      );
    const shapes = learner(40);
    expect(shapes.learn(many(200, wide)).filter(({ kind }) => kind !== 'field-appeared')).toEqual(
      [],
    );
    expect(shapes.shape.nodes).toBeLessThanOrEqual(1_500);
  });
});

describe('a change', () => {
  const changed = (change: (payload: ReturnType<typeof order>) => unknown) => {
    const shapes = learner();
    expect(shapes.learn(many(60, order))).toEqual([]);
    return shapes.learn(many(foundWithin, (number) => change(order(number))));
  };

  it('is told once: a field is gone', () => {
    const changes = changed(({ customer: { mail: _mail, ...customer }, ...rest }) => ({
      ...rest,
      customer,
    }));
    expect(changes).toEqual([
      {
        kind: 'field-disappeared',
        path: 'customer.mail',
        before: { share: 1, types: ['null', 'string'], samples: 60 },
        after: { share: 0, types: [], samples: expect.any(Number) as number },
      },
    ]);
  });

  it('is told once: a field has another type', () => {
    const changes = changed((payload) => ({ ...payload, id: String(payload.id) }));
    expect(changes).toMatchObject([
      {
        kind: 'type-changed',
        path: 'id',
        before: { share: 1, types: ['number'] },
        after: { share: 1, types: ['string'] },
      },
    ]);
  });

  it('is told once, for the whole of it: an object is new', () => {
    const changes = changed((payload) => ({ ...payload, tax: { rate: 1, code: 'x' } }));
    expect(changes).toMatchObject([
      { kind: 'field-appeared', path: 'tax', before: { share: 0 }, after: { types: ['object'] } },
    ]);
  });

  it('is told in lists, and of the whole payload', () => {
    const inList = changed((payload) => ({ ...payload, lines: [{ sku: 7, price: 1.5 }] }));
    expect(inList).toMatchObject([{ kind: 'type-changed', path: 'lines[].sku' }]);
    expect(changed((payload) => [payload])).toMatchObject([
      {
        kind: 'type-changed',
        path: '$',
        before: { types: ['object'] },
        after: { types: ['array'] },
      },
    ]);
  });

  it('is told again when it is taken back later', () => {
    const shapes = learner();
    const without = many(200, (number) => ({ number }));
    const first = shapes.learn(many(100, (number) => ({ number, a: 1 })));
    const gone = shapes.learn(without);
    const back = shapes.learn(many(200, (number) => ({ number, a: 1 })));
    expect([first, gone, back].map((changes) => changes.map(({ kind }) => kind))).toEqual([
      [],
      ['field-disappeared'],
      ['field-appeared'],
    ]);
  });

  it('is found wherever it is planted, within two windows', () => {
    const plain = fc.stringMatching(/^[a-z]{1,5}$/);
    const values = fc.constantFrom<unknown>('a', 1, true, { x: 1 }, [{ y: 1 }]);
    const payloads = fc.dictionary(plain, values, { minKeys: 1, maxKeys: 8 });
    const plants = fc.constantFrom('remove', 'retype', 'add');
    fc.assert(
      fc.property(
        payloads,
        plants,
        fc.nat(),
        fc.integer({ min: 1, max: 40 }),
        (payload, plant, pick, size) => {
          const shapes = learner(size);
          expect(shapes.learn(many(60 + (pick % 200), () => ({ in: payload })))).toEqual([]);
          const names = Object.keys(payload);
          const name = plant === 'add' ? 'planted' : (names[pick % names.length] ?? '');
          const { [name]: before, ...others } = payload;
          const after = plant === 'remove' ? others : { ...payload, [name]: retyped(before) };
          const told = shapes.learn(many(foundWithin + 2 * size, () => ({ in: after })));
          expect(told.map(({ path }) => path)).toEqual([`in.${name}`]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('that comes slowly is still told', () => {
    const shapes = learner();
    shapes.learn(many(60, (number) => ({ number, a: 1 })));
    const half = many(40, (number) => (number % 2 === 0 ? { number } : { number, a: 1 }));
    expect(shapes.learn(half)).toEqual([]);
    expect(shapes.learn(many(60, (number) => ({ number })))).toMatchObject([
      { kind: 'field-disappeared', path: 'a' },
    ]);
  });
});

it('keeps names of fields that mean something to JavaScript as they are', () => {
  const shapes = learner();
  const odd = JSON.parse('{"__proto__":{"a":1},"constructor":1,"a.b":1,"toString":"x"}') as unknown;
  expect(shapes.learn(many(120, () => odd))).toEqual([]);
  const paths = [...placesOf(shapes.shape.root)].map(([path]) => path);
  expect(paths).toEqual(['$', '__proto__', '__proto__.a', 'constructor', '["a.b"]', 'toString']);
});

function retyped(value: unknown): unknown {
  return typeof value === 'string' ? 1 : 'text';
}

/** A small generator of even numbers in [0, 1), the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
