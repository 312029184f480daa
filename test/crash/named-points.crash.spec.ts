import { runCrashes } from '../../tools/crash/crash-run.ts';
import { crashFaults } from '../../tools/bench/crash.ts';
import { ensureBuilt } from '../support/built-program.ts';
import { startPostgres } from '../../tools/support/postgres.ts';

/** CRASH_SEED repeats a run that failed, as far as the machine lets it. */
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 2 ** 31);
const eventsPerLife = 400;

/** The long run is `npm run bench -- crash --kills 1000`. */
describe(`the kernel, killed at named points (CRASH_SEED=${seed})`, () => {
  beforeAll(() => ensureBuilt(), 120_000);

  it('loses nothing, repeats nothing, inverts nothing on SQLite', async () => {
    const report = await runCrashes({ url: null, kills: 10, workers: 1, seed, eventsPerLife });
    expect({ seed, faults: crashFaults(report) }).toEqual({ seed, faults: [] });
    expect(report.acknowledged).toBeGreaterThan(eventsPerLife);
  }, 240_000);

  it('loses, repeats and inverts nothing on PostgreSQL, where two processes share the work', async () => {
    const postgres = await startPostgres();
    try {
      const url = await postgres.newDatabase();
      const report = await runCrashes({ url, kills: 8, workers: 2, seed, eventsPerLife });
      expect({ seed, faults: crashFaults(report) }).toEqual({ seed, faults: [] });
      expect(report.acknowledged).toBeGreaterThan(eventsPerLife);
    } finally {
      await postgres.stop();
    }
  }, 240_000);
});
