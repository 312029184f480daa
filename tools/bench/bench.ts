import { benchDeliver } from './deliver.ts';
import { benchFootprint } from './footprint.ts';
import { benchIngest } from './ingest.ts';

/**
 * `npm run bench -- NAME`: each prints what it measured, and exits non-zero when something is
 * wrong.
 */
const benches: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  ingest: benchIngest,
  deliver: benchDeliver,
  footprint: benchFootprint,
};

const [name = '', ...args] = process.argv.slice(2);
const bench = benches[name];
if (bench === undefined) {
  console.error(`usage: npm run bench -- ${Object.keys(benches).join('|')}`);
  process.exit(2);
}
await bench(args);
process.exit(0);
