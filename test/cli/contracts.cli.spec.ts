import { spawnSync } from 'node:child_process';
import { runCli } from '../../tools/cli/run-cli.ts';

async function cli(...args: string[]) {
  let out = '';
  let err = '';
  const exitCode = await runCli(
    args,
    {},
    { out: (text) => (out += String(text)), err: (text) => (err += text) },
  );
  return { exitCode, out, err };
}

const webhookReceived = 'communication.webhook-received';

describe('contracts list', () => {
  it('tells who publishes a contract and who uses it', async () => {
    const { exitCode, out } = await cli('contracts', 'list', '--json');
    expect(exitCode).toBe(0);
    const contracts = JSON.parse(out) as { name: string }[];
    expect(contracts.find(({ name }) => name === 'communication.rule-matched')).toEqual({
      name: 'communication.rule-matched',
      version: 1,
      kind: 'event',
      producer: 'event-processing',
      consumers: expect.arrayContaining([
        'deliveries.schedule-delivery-when-rule-matched',
        'notifications.queue-mail-when-rule-matched',
      ]),
      deprecated: null,
      file: 'src/communication/event-processing/contracts/rule-matched.event.ts',
    });
    expect(contracts.find(({ name }) => name === 'deliveries.endpoint-exists')).toMatchObject({
      kind: 'query',
      producer: 'deliveries',
      consumers: ['event-processing'],
    });
  });

  it('is a table for people', async () => {
    const { out } = await cli('contracts', 'list');
    expect(out).toMatch(/^NAME +VERSION +KIND +FROM +USED BY +DEPRECATED\n/);
    expect(out).toMatch(/webhooks\.create-demo-source +1 +command +webhooks +the start +-\n/);
  });
});

describe('contracts show', () => {
  it.each([webhookReceived, `${webhookReceived}@1`, `HEAD:${webhookReceived}@1`])(
    'shows the schema and the examples of %s',
    async (address) => {
      const { exitCode, out } = await cli('contracts', 'show', address);
      expect(exitCode).toBe(0);
      expect(JSON.parse(out)).toMatchObject({
        name: webhookReceived,
        version: 1,
        schema: { type: 'object' },
        examples: [{ provider: 'github' }],
      });
    },
  );

  it.each([`${webhookReceived}@9`, 'shop.gone', '@1'])('says that there is no %s', async (name) => {
    expect(await cli('contracts', 'show', name)).toEqual({
      exitCode: 1,
      out: '',
      err: `There is no contract ${name}. Try: npm run cli -- contracts list\n`,
    });
  });
});

describe('contracts check', () => {
  it('finds nothing between the code and what is committed', async () => {
    const { exitCode, out } = await cli('contracts', 'check', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ against: 'docs/reference/contracts', good: true });
  });

  it('compares with the contracts of any commit', async () => {
    const { exitCode, out } = await cli('contracts', 'check', '--against', 'HEAD');
    expect([exitCode, out]).toEqual([0, expect.stringContaining('against HEAD, 0 must not be')]);
  });

  it('is written wrongly with a reference that git does not know', async () => {
    const { exitCode, err } = await cli('contracts', 'check', '--against', 'no-such-branch');
    expect([exitCode, err]).toEqual([2, expect.stringContaining('git cannot show no-such-branch')]);
  });
});

describe('contracts diff', () => {
  it('finds no difference between a contract and itself', async () => {
    const { exitCode, out } = await cli('contracts', 'diff', webhookReceived, webhookReceived);
    expect([exitCode, out]).toEqual([
      0,
      'schema, backward: compatible\nschema, forward: compatible\n',
    ]);
  });

  it('shows a document for each way in which two contracts differ', async () => {
    const names = ['deliveries.endpoint-exists@1', 'webhooks.webhook-of-event@1'];
    const { exitCode, out } = await cli('contracts', 'diff', ...names);
    expect(exitCode).toBe(1);
    expect(out).toContain('input, backward: incompatible at');
    expect(out).toContain('the old schema accepts this and the new one refuses it: {');
    expect(out).toContain('result, forward: incompatible at');
  });

  it('has nothing to compare in an event and a query', async () => {
    const { exitCode, err } = await cli(
      'contracts',
      'diff',
      webhookReceived,
      'webhooks.webhook-of-event',
    );
    expect([exitCode, err]).toEqual([1, expect.stringContaining('have no schema in common')]);
  });
});

it('reads the source tree as it is, also where nothing was built', () => {
  const program = [
    '--disable-warning=ExperimentalWarning',
    'tools/cli/cli.ts',
    'contracts',
    'list',
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, program, { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('deliveries.schedule-delivery-when-rule-matched');
});
