import { existsSync, readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { InvalidSettings, loadSettings } from '#shared-kernel/config/settings.js';
import { describeStart } from './describe-start.js';
import { startSignalbox } from './start-signalbox.js';
import { stopOnSignals } from './stop-on-signals.js';

/** Reads the settings, starts, and tells a person how to begin. */
export async function run(): Promise<void> {
  try {
    const dotenv = existsSync('.env') ? readFileSync('.env', 'utf8') : '';
    const settings = loadSettings(process.env, dotenv, { tty: process.stdout.isTTY });
    const running = await startSignalbox(settings);
    stopOnSignals(running.app, settings.shutdownTimeoutMs);
    process.stdout.write(`${describeStart(running)}\n`);
  } catch (error) {
    // A wrong setting needs its own words only; of anything else the place matters too.
    const text = error instanceof InvalidSettings ? error.message : inspect(error);
    // Threads of the store may run already; nothing is left for them to do.
    process.stderr.write(`${text}\n`, () => process.exit(1));
  }
}
