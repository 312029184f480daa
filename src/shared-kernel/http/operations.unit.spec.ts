import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { type HttpApp, startHttpApp } from '../../../test/support/http-app.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import { ReadinessChecks } from './readiness.js';

async function get(http: HttpApp, path: string, headers = {}) {
  const response = await fetch(http.url + path, { headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('the operations pages', () => {
  let http: HttpApp;
  beforeEach(async () => {
    http = await startHttpApp();
  });
  afterEach(() => http.close());

  it('say that the process is alive', async () => {
    expect((await get(http, '/health/live')).text).toBe('{"status":"live"}');
  });

  it('say that the program is ready when the store answers and the disk has room', async () => {
    const { status, text } = await get(http, '/health/ready');
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      status: 'ready',
      checks: { store: { status: 'up' }, disk: { status: 'up' } },
    });
  });

  it('say why it is not, and what to do', async () => {
    const checks = http.app.get(ReadinessChecks);
    checks.add({
      name: 'log-lag',
      find: async () => ({ cause: 'Reactions are behind.', remedy: 'See the dashboard.' }),
    });
    checks.add({
      name: 'mail',
      find: () => Promise.reject(storageErrors.unavailable('The queue is gone.')),
    });
    checks.add({ name: 'bug', find: () => Promise.reject(new Error('password is 123')) });
    rmSync(http.folder, { recursive: true });
    const { status, headers, text } = await get(http, '/health/ready');
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('5');
    expect(headers.get('content-type')).toContain('application/json');
    const answer = JSON.parse(text);
    expect(answer.status).toBe('not-ready');
    expect(answer.checks).toMatchObject({
      'log-lag': { status: 'down', cause: 'Reactions are behind.', remedy: 'See the dashboard.' },
      mail: {
        status: 'down',
        cause: 'The queue is gone.',
        remedy: storageErrors.unavailable.definition.remedy,
      },
      bug: { status: 'down', cause: 'The check itself failed.' },
      disk: { status: 'down' },
    });
    expect(text).not.toContain('password');
    expect(http.logLines.join('')).toContain('the readiness check bug failed');
  });

  it('give up on a check that hangs', async () => {
    http.app.get(ReadinessChecks).add({ name: 'hung', find: () => new Promise(() => undefined) });
    const { status, text } = await get(http, '/health/ready');
    expect(status).toBe(503);
    expect(JSON.parse(text).checks.hung.cause).toBe('The check took longer than 2000 ms.');
  });

  it('do not make the end of the program wait for connections that were never used', async () => {
    const socket = connect(http.port, '127.0.0.1');
    await once(socket, 'connect');
    await get(http, '/health/live');
    const ended = once(socket, 'close');
    socket.resume();
    await http.app.close();
    await ended;
  });
});

it('a disk without room makes the program not ready', async () => {
  const http = await startHttpApp({ env: { DISK_FREE_BYTES_MIN: String(2 ** 52) } });
  const { status, text } = await get(http, '/health/ready');
  expect(status).toBe(503);
  expect(JSON.parse(text).checks.disk).toMatchObject({
    status: 'down',
    cause: expect.stringContaining(`fewer than ${2 ** 52}`),
    remedy: expect.stringContaining('DISK_FREE_BYTES_MIN'),
  });
  await http.close();
});

it('metrics are public, unless the setting says otherwise', async () => {
  const open = await startHttpApp();
  const { status, headers, text } = await get(open, '/metrics');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^application\/openmetrics-text/);
  expect(text).toMatch(/# EOF\s*$/);
  await open.close();

  const closed = await startHttpApp({ env: { METRICS_PUBLIC: 'false' } });
  expect((await get(closed, '/metrics')).status).toBe(401);
  const authorization = `Bearer ${closed.adminKey}`;
  expect((await get(closed, '/metrics', { authorization })).status).toBe(200);
  await closed.close();
});
