/* `npm run cli -- help`: a small client of the HTTP API for people and scripts. */
import { readSource } from '../support/read-source.ts';
import { runCli } from './run-cli.ts';

readSource();
process.exitCode = await runCli(process.argv.slice(2), process.env, {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
