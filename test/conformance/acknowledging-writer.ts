/*
 * Commits rows one after another and prints the number of each once it is acknowledged, until it is
 * killed. Runs straight from the sources.
 *
 * Arguments: path of the database file.
 */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    if (!/^[.#].*\.js$/.test(specifier)) return next(specifier, context);
    const path = specifier.replace(/\.js$/, '.ts');
    const source = path.startsWith('#')
      ? new URL(`../../src/${path.slice(1)}`, import.meta.url)
      : path;
    return next(source.toString(), context);
  },
});

const [file = ''] = process.argv.slice(2);
const { SqliteStore } = await import('../../src/shared-kernel/persistence/sqlite-store.js');
const { always } = await import('../../src/shared-kernel/persistence/statement.js');

const store = await SqliteStore.open({ file });
await store.commit([
  always({
    sql: 'CREATE TABLE IF NOT EXISTS acknowledged (n INTEGER PRIMARY KEY)',
    parameters: [],
  }),
]);
for (let next = 0; ; next += 10) {
  const numbers = Array.from({ length: 10 }, (_, index) => next + index);
  await Promise.all(
    numbers.map(async (n) => {
      const insert = { sql: 'INSERT INTO acknowledged VALUES (?)', parameters: [n] };
      await store.commit([always(insert)]);
      process.stdout.write(`${n}\n`);
    }),
  );
}
