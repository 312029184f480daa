import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ecsFormat } from '@elastic/ecs-pino-format';
import { pino } from 'pino';
import { jsonDestination } from './log-destination.js';
import { Log, type LogLevel, openLog } from './logger.js';
import { runInContext } from './message-context.js';
import { logFields } from './names.js';
import { newRootContext } from './tracer.js';

type Line = Record<string, unknown>;

/** A log in memory; `fatal` leaves `synced` set. */
function memoryLog(level: LogLevel = 'debug') {
  const written: string[] = [];
  const destination = {
    synced: false,
    write: (line: string) => void written.push(line),
    flush: (done: () => void) => done(),
    flushSync: () => void (destination.synced = true),
  };
  const log = new Log({ level, serviceVersion: '1.2.3', instanceId: 'node-a' }, destination);
  const lines = (): Line[] => written.map((line) => JSON.parse(line) as Line);
  return { log, destination, lines, text: () => written.join('') };
}

describe('Log', () => {
  it('writes one ECS document a line', () => {
    const { log, lines } = memoryLog();

    log.info({ 'event.action': 'webhooks.receive', 'event.duration': 12_000 }, 'received');

    expect(lines()).toEqual([
      {
        '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        'log.level': 'info',
        message: 'received',
        'ecs.version': '8.10.0',
        'service.name': 'signalbox',
        'service.version': '1.2.3',
        'service.node.name': 'node-a',
        'event.action': 'webhooks.receive',
        'event.duration': 12_000,
      },
    ]);
  });

  it('writes the same document as the formatter of Elastic', () => {
    const official: string[] = [];
    const elastic = pino(
      {
        ...ecsFormat({
          serviceName: 'signalbox',
          serviceVersion: '1.2.3',
          serviceNodeName: 'node-a',
          apmIntegration: false,
        }),
        base: {},
      },
      { write: (line: string) => void official.push(line) },
    );
    const { log, lines } = memoryLog();
    const fields = { 'event.action': 'x', 'http.response.status_code': 202 } as const;

    log.warn(fields, 'a "quoted" message');
    elastic.warn(fields, 'a "quoted" message');

    const expected = JSON.parse(official.join('')) as Line;
    // The data set says here what kind of work it was, and the stage that knows it fills it.
    delete expected['event.dataset'];
    expect(lines()).toEqual([{ ...expected, '@timestamp': expect.any(String) }]);
  });

  it('carries the ids of the current work', () => {
    const { log, lines } = memoryLog();
    const context = { ...newRootContext(), correlationId: 'evt_1' };

    runInContext(context, () => log.info({}, 'inside'));
    log.info({}, 'outside');

    expect(lines()[0]).toMatchObject({
      'trace.id': context.traceId,
      'span.id': context.spanId,
      'labels.correlation_id': 'evt_1',
    });
    expect(lines()[1]).not.toHaveProperty(['trace.id']);
  });

  it('uses only fields of the table', () => {
    const { log, lines } = memoryLog();
    const error = Object.assign(new Error('full'), { code: 'ENOSPC' });

    runInContext(newRootContext(), () => log.error({ err: error }, 'failed'));

    const known = new Set<string>(Object.keys(logFields));
    expect(Object.keys(lines()[0] ?? {}).filter((name) => !known.has(name))).toEqual([]);
  });

  it('unfolds what was thrown, with its causes', () => {
    const { log, lines } = memoryLog();
    const cause = Object.assign(new RangeError('inner'), { stack: undefined });
    const error = Object.assign(new TypeError('outer', { cause }), { code: 'ENOSPC' });

    log.error({ err: error }, 'failed');
    log.error({ err: 'a text' }, 'failed');

    expect(lines()[0]).toMatchObject({
      'error.type': 'TypeError',
      'error.message': 'outer',
      'error.code': 'ENOSPC',
      'error.stack_trace': expect.stringMatching(
        /TypeError: outer\n[^]*caused by RangeError: inner/,
      ),
    });
    expect(lines()[1]).toMatchObject({ 'error.type': 'string', 'error.message': 'a text' });
  });

  it('writes no planted secret, wherever it stands', () => {
    const { log, text } = memoryLog();
    const planted = 'sk_live_planted4eC39HqLyjWDarj';

    const fields: Record<string, unknown> = {
      'labels.settings': { smtp: { password: planted, user: 'me' }, keys: [{ apiKey: planted }] },
      'http.request.headers.authorization': `Bearer ${planted}`,
      'error.message': `refused ${planted}`,
      'error.stack_trace': `Error: refused ${planted}`,
      'labels.provider': undefined,
    };
    log.info(fields, 'settings');
    log.error({ err: new Error(`refused ${planted}`, { cause: new Error(planted) }) }, 'failed');

    expect(text()).not.toContain('planted');
    expect(text()).toContain('"user":"me"');
  });

  it('leaves out lines below its level, which can change while it runs', () => {
    const { log, lines } = memoryLog('silent');
    const all = () => {
      log.debug({}, 'debug');
      log.info({}, 'info');
      log.warn({}, 'warn');
      log.error({}, 'error');
      log.fatal({}, 'fatal');
    };

    all();
    expect(lines()).toEqual([]);

    log.setLevel('warn');
    all();
    expect(lines().map((line) => line['message'])).toEqual(['warn', 'error', 'fatal']);
    expect(log.isLevelEnabled('info')).toBe(false);
    expect(log.isLevelEnabled('error')).toBe(true);

    log.setLevel('debug');
    log.debug({}, 'now');
    expect(lines().at(-1)).toMatchObject({ message: 'now', 'log.level': 'debug' });
  });

  it('writes everything out before it returns when the process is about to end', () => {
    const { log, destination } = memoryLog();
    log.fatal({}, 'the end');
    expect(destination.synced).toBe(true);
  });

  it('does not wait for ever for a target that is stuck', async () => {
    const stuck = { write: () => undefined, flush: () => undefined, flushSync: () => undefined };
    const settings = { level: 'info', serviceVersion: '1', instanceId: 'a' } as const;
    await expect(new Log(settings, stuck).flush(10)).resolves.toBeUndefined();
  });
});

describe('a log that writes to a file', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'signalbox-log-'))));
  afterAll(() => rm(folder, { recursive: true }));

  const settings = { level: 'info', serviceVersion: '1.2.3', instanceId: 'node-a' } as const;

  it('has every line on disk once it is flushed', async () => {
    const target = join(folder, 'deep', 'json.log');
    const log = await openLog({ ...settings, format: 'json', target });
    for (let i = 0; i < 1_000; i += 1) log.info({ 'labels.attempt': i }, 'line');
    await log.onApplicationShutdown();

    const lines = (await readFile(target, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as Line)['labels.attempt'])).toEqual(
      Array.from({ length: 1_000 }, (_, i) => i),
    );
  });

  it('writes what is left when the process ends on the spot', async () => {
    const module = new URL('./log-destination.ts', import.meta.url).href;
    const script = `
      const { jsonDestination } = await import('${module}');
      const destination = jsonDestination(1, () => {});
      for (let i = 0; i < 3; i += 1) destination.write(i + '\\n');
      process.exit(0);`;
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout).toBe('0\n1\n2\n');
  });

  it('writes for people when asked to', async () => {
    const target = join(folder, 'pretty.log');
    const log = await openLog({ ...settings, format: 'pretty', target });
    log.info({ 'event.action': 'webhooks.receive' }, 'received');
    await log.flush();
    log.fatal({}, 'the end');

    const text = await readFile(target, 'utf8');
    expect(text).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: received .*webhooks\.receive/);
    expect(text).toContain('FATAL: the end');
    expect(text).not.toContain('ecs.version');
  });

  it('drops lines past its backlog instead of memory, and says so', async () => {
    let dropped = 0;
    const destination = jsonDestination(
      join(folder, 'slow.log'),
      (lines) => void (dropped += lines),
    );
    const megabyte = `${'x'.repeat(1024 * 1024)}\n`;
    for (let i = 0; i < 20; i += 1) destination.write(megabyte);
    await new Promise<void>((resolve) => destination.flush(() => resolve()));

    const written = (await readFile(join(folder, 'slow.log'), 'utf8')).split('\n').length - 1;
    expect(dropped).toBeGreaterThan(0);
    expect(written + dropped).toBe(20);
  });
});
