import {
  absent,
  always,
  exactlyOne,
  returning,
  type Statement,
  type Write,
} from '../../src/shared-kernel/persistence/statement.js';
import type { Store } from '../../src/shared-kernel/persistence/store.js';
import { createItems, type ItemRow, itemStatements } from './store-items.js';

/** A store of its own for one test, empty, and how to get rid of it. */
export interface OpenedStore {
  readonly store: Store;
  end(): Promise<void>;
}

/** What every adapter of the store must do, whatever database stands behind it. */
export function describeStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name} as a store`, () => {
    let opened: OpenedStore;
    let store: Store;
    let sql: ReturnType<typeof itemStatements>;

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
      sql = itemStatements(store);
      await store.commit([always(createItems(store))]);
    });
    afterEach(() => opened.end());

    const insert = (id: string, amount = 0, note: string | null = null): Write =>
      absent(sql.insert({ id, amount, note, bytes: null }), `${id}-is-new`);
    const amounts = async () =>
      new Map((await store.list<ItemRow>(sql.all)).map(({ id, amount }) => [id, amount]));

    it('applies all writes of a commit in their order', async () => {
      const outcome = await store.commit([
        insert('a', 1),
        exactlyOne(sql.setAmount({ id: 'a', amount: 2 }), 'a-exists'),
        exactlyOne(sql.add({ id: 'a', by: 40 }), 'a-exists'),
      ]);
      expect(outcome).toMatchObject({ committed: true, rows: [[], [], []] });
      expect(await amounts()).toEqual(new Map([['a', 42]]));
    });

    it('commits nothing as something that succeeds', async () => {
      expect(await store.commit([])).toEqual({ committed: true, rows: [] });
    });

    it('undoes every write of a commit whose expectation fails, and names the conflict', async () => {
      await store.commit([insert('a', 1)]);
      const twice = [insert('b', 2), insert('a', 3)];
      expect(await store.commit(twice)).toEqual({ committed: false, conflict: 'a-is-new' });
      const missing = [insert('c', 4), exactlyOne(sql.add({ id: 'zz', by: 1 }), 'zz-exists')];
      expect(await store.commit(missing)).toEqual({ committed: false, conflict: 'zz-exists' });
      expect(await amounts()).toEqual(new Map([['a', 1]]));
    });

    it('takes a change of several rows for a conflict when exactly one was expected', async () => {
      await store.commit([insert('a'), insert('b')]);
      const outcome = await store.commit([exactlyOne(sql.addToAll({ by: 1 }), 'only-one')]);
      expect(outcome).toEqual({ committed: false, conflict: 'only-one' });
      expect(await amounts()).toEqual(
        new Map([
          ['a', 0],
          ['b', 0],
        ]),
      );
    });

    it('lets a change without an expectation touch any number of rows', async () => {
      expect(await store.commit([always(sql.addToAll({ by: 1 }))])).toMatchObject({
        committed: true,
      });
      await store.commit([insert('a'), insert('b'), always(sql.addToAll({ by: 1 }))]);
      expect([...(await amounts()).values()]).toEqual([1, 1]);
    });

    it('gives the rows of RETURNING at the index of their write', async () => {
      const outcome = await store.commit([
        insert('a', 5),
        returning(sql.addReturning({ id: 'a', by: 2 })),
        returning(sql.addReturning({ id: 'none', by: 2 })),
      ]);
      expect(outcome).toEqual({ committed: true, rows: [[], [{ id: 'a', amount: 7 }], []] });
    });

    it('holds a change with RETURNING to its expectation as well', async () => {
      const changing = { statement: sql.addReturning({ id: 'a', by: 1 }), returning: true };
      const expecting: Write = { ...changing, expect: 'one-row', conflict: 'a-exists' };
      expect(await store.commit([expecting])).toEqual({ committed: false, conflict: 'a-exists' });
      expect(await store.commit([insert('a', 1), expecting])).toMatchObject({
        rows: [[], [{ id: 'a', amount: 2 }]],
      });
    });

    it('undoes only the commit that conflicts when others land in the same group', async () => {
      await store.commit([insert('taken')]);
      const outcomes = await Promise.all([
        store.commit([insert('a', 1)]),
        store.commit([insert('b', 2), insert('taken')]),
        store.commit([insert('c', 3)]),
        store.commit([exactlyOne(sql.add({ id: 'a', by: 10 }), 'a-exists')]),
      ]);
      expect(outcomes.map(({ committed }) => committed)).toEqual([true, false, true, true]);
      expect(await amounts()).toEqual(new Map(Object.entries({ taken: 0, a: 11, c: 3 })));
    });

    it('lets the first of two commits of one turn win', async () => {
      const [first, second] = await Promise.all([
        store.commit([insert('a', 1)]),
        store.commit([insert('a', 2)]),
      ]);
      expect([first.committed, second.committed]).toEqual([true, false]);
      expect(await amounts()).toEqual(new Map([['a', 1]]));
    });

    it('loses no update among thousands of concurrent commits', async () => {
      await store.commit([insert('sum')]);
      const adds = Array.from({ length: 3_000 }, (_, index) =>
        store.commit([
          exactlyOne(sql.add({ id: 'sum', by: 1 }), 'sum-exists'),
          insert(`i${index}`, index),
        ]),
      );
      const outcomes = await Promise.all(adds);
      expect(outcomes.every(({ committed }) => committed)).toBe(true);
      const stored = await amounts();
      expect(stored.get('sum')).toBe(3_000);
      expect(stored.size).toBe(3_001);
    });

    it('fails only the commit whose statement the database refuses', async () => {
      const broken: Statement = { sql: 'UPDATE nowhere SET x = 1', parameters: [] };
      const [good, refused, other] = await Promise.allSettled([
        store.commit([insert('a', 1)]),
        store.commit([insert('b', 2), always(broken)]),
        store.commit([insert('c', 3)]),
      ]);
      expect(good.status).toBe('fulfilled');
      expect(other.status).toBe('fulfilled');
      expect(refused).toMatchObject({ reason: { message: expect.stringContaining('nowhere') } });
      expect(refused).not.toHaveProperty('reason.code');
      expect([...(await amounts()).keys()]).toEqual(['a', 'c']);
    });

    it('runs a statement once its table exists, although it did not before', async () => {
      const late: Statement = { sql: 'INSERT INTO late VALUES (1)', parameters: [] };
      const count: Statement = { sql: 'SELECT count(*) AS n FROM late', parameters: [] };
      await expect(store.commit([always(late)])).rejects.toThrow('late');
      await expect(store.list(count)).rejects.toThrow('late');
      await expect(store.find(count)).rejects.toThrow('late');
      await store.commit([always({ sql: 'CREATE TABLE late (n INTEGER)', parameters: [] })]);
      await store.commit([always(late)]);
      expect(await store.list(count)).toEqual([{ n: 1 }]);
      expect(await store.find(count)).toEqual({ n: 1 });
    });

    it('refuses a broken rule of the table that no expectation names', async () => {
      const nothing = { id: 'a', amount: null as unknown as number, note: null, bytes: null };
      await expect(store.commit([absent(sql.insert(nothing), 'a-is-new')])).rejects.toThrow(
        'the database refused a statement',
      );
    });

    it('shows a commit to every read that begins after it', async () => {
      for (let round = 0; round < 20; round++) {
        await store.commit([insert(`r${round}`, round)]);
        expect(await store.find(sql.byId({ id: `r${round}` }))).toMatchObject({ amount: round });
        expect((await store.list(sql.all)).length).toBe(round + 1);
      }
      expect(await store.find(sql.byId({ id: 'nobody' }))).toBeUndefined();
    });

    it('gives back bytes, null and any text as they were stored', async () => {
      const texts = ['', 'žluťoučký kůň 🐎 \u0001 \u202E', "'; DROP TABLE item; --", null];
      const big = Uint8Array.from({ length: 100_000 }, (_, index) => index % 256);
      // A piece of a larger buffer: only the piece may be stored.
      const piece = Buffer.from('0123456789').subarray(2, 5);
      const contents = [big, piece, new Uint8Array(0), null];
      const rows = texts.map((note, index) => ({
        id: `t${index}`,
        amount: index,
        note,
        bytes: contents[index] ?? null,
      }));
      await store.commit(rows.map((row) => always(sql.insert(row))));
      for (const row of rows) {
        const found = await store.find<ItemRow>(sql.byId({ id: row.id }));
        const [listed] = await store.list<ItemRow>(sql.byId({ id: row.id }));
        for (const read of [found, listed]) {
          expect(read?.note).toBe(row.note);
          expect(read?.bytes === null ? null : Buffer.from(read!.bytes)).toEqual(
            row.bytes === null ? null : Buffer.from(row.bytes),
          );
        }
      }
    });

    it('stores text with U+0000, at the worst with U+FFFD in its place', async () => {
      await store.commit([insert('nul', 1, 'a\u0000b')]);
      const found = await store.find<ItemRow>(sql.byId({ id: 'nul' }));
      expect(['a\u0000b', 'a\uFFFDb']).toContain(found?.note);
      expect(await store.find(sql.byId({ id: 'nul\u0000' }))).toBeUndefined();
    });

    it('finishes what waits before it closes, and refuses what comes after', async () => {
      const waiting = Array.from({ length: 200 }, (_, index) =>
        store.commit([insert(`w${index}`)]),
      );
      const reading = store.list(sql.all);
      const closing = store.close();
      await expect(store.commit([insert('late')])).rejects.toMatchObject({
        code: 'storage.unavailable',
      });
      await expect(store.list(sql.all)).rejects.toMatchObject({ code: 'storage.unavailable' });
      await expect(store.find(sql.byId({ id: 'w1' }))).rejects.toMatchObject({
        code: 'storage.unavailable',
      });
      const outcomes = await Promise.all(waiting);
      expect(outcomes.every(({ committed }) => committed)).toBe(true);
      expect(Array.isArray(await reading)).toBe(true);
      await closing;
      await store.close();
      expect(store.status().waiting).toBe(0);
    });
  });
}
