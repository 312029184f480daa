import { compiled, prepared, queryBuilder } from './sql.js';
import { absent, always, exactlyOne, returning } from './statement.js';

interface Tables {
  note: { id: string; size: number; body: Uint8Array | null };
}

describe('compiled SQL', () => {
  const db = queryBuilder<Tables>('sqlite');

  it('lines up the values of a prepared query by name, beside its constants', () => {
    const query = prepared<{ id: string; from: number }>((p) =>
      db
        .updateTable('note')
        .set({ size: 7 })
        .where('size', '>', p('from'))
        .where('id', '=', p('id')),
    );
    expect(query({ id: 'a', from: 3 })).toEqual({
      sql: 'update "note" set "size" = ? where "size" > ? and "id" = ?',
      parameters: [7, 3, 'a'],
    });
    expect(query({ id: 'b', from: 0 }).parameters).toEqual([7, 0, 'b']);
  });

  it('uses one value in several places, and null as a value', () => {
    const query = prepared<{ size: number; body: null }>((p) =>
      db
        .insertInto('note')
        .values({ id: 'x', size: p('size'), body: p('body') })
        .onConflict((c) => c.column('id').doUpdateSet({ size: p('size') })),
    );
    expect(query({ size: 2, body: null }).parameters).toEqual(['x', 2, null, 2]);
  });

  it('refuses a call that leaves a parameter without a value', () => {
    const query = prepared<{ id: string }>((p) => db.deleteFrom('note').where('id', '=', p('id')));
    expect(() => query({} as { id: string })).toThrow('no value for the parameter id');
  });

  it('compiles a query whose shape is known only now', () => {
    const query = db.selectFrom('note').select('id').where('id', 'in', ['a', 'b']);
    expect(compiled(query)).toEqual({
      sql: 'select "id" from "note" where "id" in (?, ?)',
      parameters: ['a', 'b'],
    });
  });

  it('reads no database by itself', async () => {
    expect(await db.selectFrom('note').selectAll().execute()).toEqual([]);
    expect(db.introspection).toBeDefined();
  });
});

describe('a write', () => {
  const statement = { sql: 'x', parameters: [] };

  it('says what must hold, and what is given back', () => {
    expect(always(statement)).toEqual({ statement, expect: 'any' });
    expect(exactlyOne(statement, 'c')).toEqual({ statement, expect: 'one-row', conflict: 'c' });
    expect(absent(statement, 'c')).toEqual({ statement, expect: 'absent', conflict: 'c' });
    expect(returning(statement)).toEqual({ statement, expect: 'any', returning: true });
  });
});
