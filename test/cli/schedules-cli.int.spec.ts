import { Injectable } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { Schedule } from '#shared-kernel/messaging/schedules/schedule.js';
import { SchedulesModule } from '#shared-kernel/messaging/schedules/schedules.module.js';
import { exactlyOne } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { runCli } from '../../tools/cli/run-cli.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import { type ModuleApp, startModuleApp } from '../support/module-app.ts';
import { type Answer, expectProblem, request } from '../support/request.ts';

class Fail extends defineCommand({
  name: 'test.fail',
  input: z.strictObject({ n: z.int() }),
  result: z.void(),
}) {}

const plan = { failing: true, runs: 0 };

@CommandHandler(Fail)
class FailHandler implements ICommandHandler<Fail> {
  async execute(): Promise<void> {
    if (plan.failing) throw new Error('not yet');
  }
}

@Injectable()
@Schedule({ id: 'test.count', cron: '0 9 1 1 *', zone: 'Europe/Warsaw' })
class Count {
  run() {
    plan.runs++;
    return {};
  }
}

let signalbox: ModuleApp;

beforeAll(async () => {
  signalbox = await startModuleApp({ modules: [SchedulesModule], providers: [FailHandler, Count] });
});
afterAll(() => signalbox.close());

const call = (method: string, path: string, body?: unknown, apiKey = signalbox.apiKey) =>
  request(`${signalbox.url}${path}`, { method, apiKey, body });

/** Makes a command dead without waiting for its tries. */
async function deadCommand(id: string): Promise<void> {
  const command = { id, tenant: 'default', command: new Fail({ n: 1 }), afterMs: 3_600_000 };
  await signalbox.app.get(EventLog).commit({ commands: [command] });
  const sql = "UPDATE queued_command SET state = 'dead', settled_at_ms = 1 WHERE id = ?";
  const write = exactlyOne({ sql, parameters: [id] }, 'command-is-there');
  expect(await signalbox.app.get(Store).commit([write])).toMatchObject({ committed: true });
}

async function cli(...args: string[]) {
  let out = '';
  let err = '';
  const env = { SIGNALBOX_URL: signalbox.url, SIGNALBOX_API_KEY: signalbox.apiKey };
  const exitCode = await runCli(args, env, {
    out: (text) => void (out += text.toString()),
    err: (text) => void (err += text),
  });
  return { exitCode, out, err };
}

interface Items {
  readonly items: readonly { readonly id: string; readonly state: string }[];
  readonly next: string | null;
}

const stateOf = async (id: string) =>
  (await call('GET', `/v1/queued-commands/${id}`)).json<{ state: string }>().state;

describe('the API of schedules', () => {
  it('lists them, pauses one and lets it go on', async () => {
    const [schedule] = (await call('GET', '/v1/schedules')).json<Items>().items;
    expect(schedule).toMatchObject({
      id: 'test.count',
      timing: '0 9 1 1 * Europe/Warsaw',
      state: 'active',
      nextRunAt: expect.stringMatching(/-01-01T08:00:00.000Z$/),
      lastRunAt: null,
    });
    const change = (paused: boolean) => call('PATCH', '/v1/schedules/test.count', { paused });
    expect((await change(true)).json()).toMatchObject({ state: 'paused' });
    expect((await change(true)).json()).toMatchObject({ state: 'paused' });
    expect((await change(false)).json()).toMatchObject({ ...schedule });
  });

  it('runs one now', async () => {
    const before = plan.runs;
    expect((await call('POST', '/v1/schedules/test.count/run')).status).toBe(202);
    await waitFor('the run', () => plan.runs === before + 1);
  });

  it('knows no other, and lets no tenant change them', async () => {
    const missing = 'schedules.schedule-not-found';
    expectProblem(await call('POST', '/v1/schedules/no/run'), missing);
    expectProblem(await call('PATCH', '/v1/schedules/no', { paused: true }), missing);
    const made = await call('POST', '/v1/api-keys', { name: 'a', scope: 'admin', tenant: 'acme' });
    const { value } = made.json<{ value: string }>();
    const refused = (answer: Answer) => expectProblem(answer, 'auth.tenant-forbidden');
    refused(await call('POST', '/v1/schedules/test.count/run', undefined, value));
    refused(await call('PATCH', '/v1/schedules/test.count', { paused: true }, value));
  });
});

describe('the API of queued commands', () => {
  it('lists pages by state and name, and shows one with its input', async () => {
    for (const id of ['list-1', 'list-2', 'list-3']) await deadCommand(id);
    const path = '/v1/queued-commands?state=dead&name=test.fail&limit=2';
    const first = (await call('GET', path)).json<Items>();
    expect(first.items.map(({ id }) => id)).toEqual(['list-3', 'list-2']);
    const second = (await call('GET', `${path}&cursor=${first.next}`)).json<Items>();
    expect(second).toMatchObject({ items: [{ id: 'list-1' }], next: null });
    expect((await call('GET', '/v1/queued-commands?name=other')).json()).toMatchObject({
      items: [],
    });
    expect((await call('GET', '/v1/queued-commands/list-1')).json()).toMatchObject({
      state: 'dead',
      input: { n: 1 },
      settledAt: '1970-01-01T00:00:00.001Z',
    });
  });

  it('runs a dead one again, and cancels one that has not ended', async () => {
    await deadCommand('again');
    expect((await call('POST', '/v1/queued-commands/again/retry')).status).toBe(202);
    await waitFor('the try', async () => {
      const answer = await call('GET', '/v1/queued-commands/again');
      return answer.json<{ failedTries: number }>().failedTries === 1;
    });
    expect((await call('GET', '/v1/queued-commands/again')).json()).toMatchObject({
      state: 'due',
      error: { code: 'internal', message: 'not yet' },
      nextTryAt: expect.any(String),
    });
    expect((await call('DELETE', '/v1/queued-commands/again')).status).toBe(204);
    expect(await stateOf('again')).toBe('cancelled');
    const ended = 'schedules.command-not-cancellable';
    expectProblem(await call('DELETE', '/v1/queued-commands/again'), ended);
    const retried = await call('POST', '/v1/queued-commands/again/retry');
    expectProblem(retried, 'schedules.command-not-dead');
  });

  it('knows no other', async () => {
    const missing = 'schedules.command-not-found';
    expectProblem(await call('GET', '/v1/queued-commands/no'), missing);
    expectProblem(await call('DELETE', '/v1/queued-commands/no'), missing);
    expectProblem(await call('POST', '/v1/queued-commands/no/retry'), missing);
  });
});

describe('the CLI', () => {
  it('lists, runs, pauses and resumes schedules', async () => {
    const before = plan.runs;
    expect((await cli('schedules', 'list')).out).toMatch(/\ntest\.count +active +\S+Z +0 9 1 1 \*/);
    expect((await cli('schedules', 'run', 'test.count')).out).toBe('test.count runs now.\n');
    await waitFor('the run', () => plan.runs === before + 1);
    expect((await cli('schedules', 'pause', 'test.count')).out).toBe('test.count is paused.\n');
    expect((await cli('schedules', 'list')).out).toContain('paused');
    expect((await cli('schedules', 'resume', 'test.count')).out).toBe('test.count goes on.\n');
    expect((await cli('schedules', 'run', 'no')).err).toContain('404 schedules.schedule-not-found');
  });

  it('lists, shows, retries and cancels queued commands', async () => {
    await deadCommand('cli');
    const { out } = await cli('commands', 'list', '--state', 'dead', '--limit', '1');
    expect(out).toMatch(/^ID .*\ncli +dead +test\.fail .*\nThere are more: raise --limit/);
    expect((await cli('commands', 'list', '--type', 'no')).out).toBe(
      'There are no queued commands.\n',
    );
    expect(JSON.parse((await cli('commands', 'show', 'cli')).out)).toMatchObject({ id: 'cli' });
    plan.failing = false;
    expect((await cli('commands', 'retry', 'cli')).out).toBe('cli is due.\n');
    await waitFor('the command', async () => (await stateOf('cli')) === 'done');
    await deadCommand('other');
    expect((await cli('commands', 'cancel', 'other')).out).toBe('other is cancelled.\n');
  });
});
