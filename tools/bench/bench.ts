import { benchContractCheck } from './contract-check.ts';
import { benchCrash } from './crash.ts';
import { benchDedupe } from './dedupe.ts';
import { benchDeliver } from './deliver.ts';
import { benchDispatch } from './dispatch.ts';
import { benchDrift } from './drift.ts';
import { benchFootprint } from './footprint.ts';
import { benchIngest } from './ingest.ts';
import { benchIsolation } from './isolation.ts';
import { benchOrder } from './order.ts';
import { benchPipeline } from './pipeline.ts';
import { benchReactions } from './reactions.ts';

/**
 * `npm run bench -- NAME`: each prints what it measured, and exits non-zero when something is
 * wrong.
 */
const benches: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  ingest: benchIngest,
  dedupe: benchDedupe,
  deliver: benchDeliver,
  drift: benchDrift,
  footprint: benchFootprint,
  'contract-check': benchContractCheck,
  pipeline: benchPipeline,
  dispatch: benchDispatch,
  reactions: benchReactions,
  crash: benchCrash,
  isolation: benchIsolation,
  order: benchOrder,
};

const [name = '', ...args] = process.argv.slice(2);
const bench = benches[name];
if (bench === undefined) {
  console.error(`usage: npm run bench -- ${Object.keys(benches).join('|')}`);
  process.exit(2);
}
await bench(args);
// A bench that misses its goal says so by its exit code.
process.exit();
