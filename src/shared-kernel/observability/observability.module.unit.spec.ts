import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { Log } from './logger.js';
import { Meter } from './meter.js';
import { ObservabilityModule, type ObservabilitySettings } from './observability.module.js';
import { Tracer } from './tracer.js';

const settings: ObservabilitySettings = {
  logLevel: 'info',
  logFormat: 'json',
  metricsFormat: 'openmetrics',
  sampleRatio: 1,
  serviceVersion: '1.2.3',
  instanceId: 'node-a',
};

describe('ObservabilityModule', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'signalbox-module-'))));
  afterAll(() => rm(folder, { recursive: true }));

  it('gives everyone a meter, a log and a tracer, and flushes at the end', async () => {
    const logTarget = join(folder, 'out.log');
    const module = await Test.createTestingModule({
      imports: [ObservabilityModule.forRoot({ ...settings, logTarget })],
    }).compile();

    module.get(Log).info({}, 'hello');
    expect(module.get(Tracer).start('x', 'internal', null).sampled).toBe(false);
    const { body } = await module.get(Meter).expose();
    expect(body).toContain('signalbox_build_info{version="1.2.3"} 1');
    await module.close();

    expect(await readFile(logTarget, 'utf8')).toContain('"message":"hello"');
  });

  it('writes to standard output unless told otherwise', async () => {
    const module = await Test.createTestingModule({
      imports: [ObservabilityModule.forRoot({ ...settings, logLevel: 'silent' })],
    }).compile();

    expect(module.get(Log).isLevelEnabled('fatal')).toBe(false);
    await module.close();
  });

  it('counts spans that could not be sent', async () => {
    process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '200';
    // Port 9 of the loopback is the discard service, which nobody runs: the connection is refused.
    const module = await Test.createTestingModule({
      imports: [
        ObservabilityModule.forRoot({
          ...settings,
          logTarget: join(folder, 'spans.log'),
          otlpEndpoint: 'http://127.0.0.1:9/',
        }),
      ],
    }).compile();
    module.get(Tracer).start('x', 'internal', null).end('x');
    await module.close();
    delete process.env['OTEL_EXPORTER_OTLP_TIMEOUT'];

    const { body } = await module.get(Meter).expose();
    expect(body).toContain('signalbox_telemetry_dropped_total{signal="spans"} 1');
  });
});
