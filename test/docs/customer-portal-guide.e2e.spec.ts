import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { runSignalbox } from '../support/running-signalbox.ts';
import { codeBlocks } from './documents.ts';

const run = promisify(execFile);

async function isThere(program: string): Promise<boolean> {
  return run(program, ['--help']).then(
    () => true,
    (error: unknown) => Object(error).code !== 'ENOENT',
  );
}

const tools = await Promise.all(['bash', 'curl'].map(isThere));

(tools.every(Boolean) ? it : it.skip)(
  'the commands of the guide to the customer portal work as written',
  async () => {
    const signalbox = await runSignalbox();
    const script = codeBlocks('docs/guides/customer-portal.md', 'sh').join('\n');
    const { url: URL, apiKey: KEY } = signalbox;
    const env = { ...process.env, URL, KEY };
    const { stdout } = await run('bash', ['-e', '-o', 'pipefail', '-c', script], { env });
    await signalbox.stop();
    expect(stdout).not.toContain('urn:signalbox:error');
    expect(stdout).toContain('"eventTypes":["order.*","invoice.paid"]');
    expect(stdout).toMatch(/"value":"whsec_/);
    expect(stdout).toContain('"dryRun":true');
    expect(stdout).toMatch(/"id":"dlv_\w+","endpointId":"end_/);
  },
);
