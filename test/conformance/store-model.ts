import fc from 'fast-check';
import {
  absent,
  always,
  exactlyOne,
  type Write,
} from '../../src/shared-kernel/persistence/statement.js';
import type { OpenedStore } from './store-conformance.js';
import { createItems, type ItemRow, itemStatements } from './store-items.js';

/** Holds an adapter of the store against a simple model of it. */
export function describeStoreModel(name: string, open: () => Promise<OpenedStore>): void {
  it(`${name} does what a simple model does, for any commits in any grouping`, async () => {
    const { store, end } = await open();
    try {
      const sql = itemStatements(store);
      await store.commit([always(createItems(store))]);
      const groups = fc.array(fc.array(modelWrites), { maxLength: 12 });
      await fc.assert(
        fc.asyncProperty(groups, async (commits) => {
          await store.commit([always(sql.removeAll)]);
          const model = new Map<string, number>();
          for (const group of commits) {
            const expected = group.map((writes) => applyToModel(model, writes));
            const committing = group.map((writes) =>
              store.commit(writes.map((write) => toWrite(sql, write))),
            );
            const outcomes = await Promise.all(committing);
            expect(outcomes.map(({ committed }) => committed)).toEqual(expected);
          }
          const rows = await store.list<ItemRow>(sql.all);
          expect(new Map(rows.map(({ id, amount }) => [id, amount]))).toEqual(model);
        }),
        { numRuns: 40 },
      );
    } finally {
      await end();
    }
  });
}

function toWrite(sql: ReturnType<typeof itemStatements>, { kind, id, amount }: ModelWrite): Write {
  switch (kind) {
    case 'insert':
      return absent(sql.insert({ id, amount, note: null, bytes: null }), 'row-is-new');
    case 'add':
      return exactlyOne(sql.add({ id, by: amount }), 'row-exists');
    case 'remove':
      return always(sql.remove({ id }));
  }
}

/** One write as the model understands it. */
interface ModelWrite {
  readonly kind: 'insert' | 'add' | 'remove';
  readonly id: string;
  readonly amount: number;
}

/** Writes of one commit on few ids, so that they meet. */
const modelWrites: fc.Arbitrary<ModelWrite[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('insert' as const, 'add' as const, 'remove' as const),
    id: fc.constantFrom('a', 'b', 'c'),
    amount: fc.integer({ min: -1_000, max: 1_000 }),
  }),
  { maxLength: 4 },
);

/** Applies a commit to the model: all of it or nothing. @returns whether it is committed */
function applyToModel(model: Map<string, number>, writes: readonly ModelWrite[]): boolean {
  const next = new Map(model);
  for (const { kind, id, amount } of writes) {
    const current = next.get(id);
    if (kind === 'insert' && current !== undefined) return false;
    if (kind === 'add' && current === undefined) return false;
    if (kind === 'remove') next.delete(id);
    else next.set(id, (kind === 'add' ? (current ?? 0) : 0) + amount);
  }
  model.clear();
  for (const [id, amount] of next) model.set(id, amount);
  return true;
}
