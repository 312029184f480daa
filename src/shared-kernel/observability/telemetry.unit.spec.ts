import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { startTelemetry, type Telemetry } from './telemetry.js';

/** What the tests read of an OTLP/HTTP JSON export (opentelemetry-proto, trace.proto). */
interface OtlpAttribute {
  readonly key: string;
  readonly value: Record<string, unknown>;
}
interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: OtlpAttribute[];
  readonly status: { readonly code: number; readonly message?: string };
}
interface OtlpExport {
  readonly resourceSpans: {
    readonly resource: { readonly attributes: OtlpAttribute[] };
    readonly scopeSpans: { readonly spans: OtlpSpan[] }[];
  }[];
}

/** A collector on a free port; `answer` decides what it says, undefined never answers. */
class Collector {
  readonly exports: OtlpExport[] = [];
  readonly paths: (string | undefined)[] = [];
  answer: number | undefined = 200;
  private readonly server: Server = createServer((request, response) => {
    void this.take(request).then(() => {
      if (this.answer !== undefined) response.writeHead(this.answer).end('{}');
    });
  });

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get spans(): OtlpSpan[] {
    return this.exports
      .flatMap((exported) => exported.resourceSpans)
      .flatMap((resource) => resource.scopeSpans)
      .flatMap((scope) => scope.spans);
  }

  private async take(request: IncomingMessage): Promise<void> {
    this.paths.push(request.url);
    this.exports.push(JSON.parse(await text(request)) as OtlpExport);
  }
}

function valuesOf(attributes: readonly OtlpAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

describe('telemetry with a collector', () => {
  let collector: Collector;
  let otlpEndpoint: string;
  let dropped: number;
  let telemetry: Telemetry | undefined;

  // Otherwise the SDK tries a stuck collector for ten seconds, long after the test.
  beforeAll(() => {
    process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '500';
  });
  afterAll(() => {
    delete process.env['OTEL_EXPORTER_OTLP_TIMEOUT'];
  });

  beforeEach(async () => {
    collector = new Collector();
    otlpEndpoint = await collector.open();
    dropped = 0;
  });
  afterEach(async () => {
    await telemetry?.stop(100);
    await collector.close();
  });

  async function start(): Promise<Telemetry> {
    const settings = {
      otlpEndpoint,
      sampleRatio: 1,
      serviceVersion: '1.2.3',
      instanceId: 'node-a',
    };
    telemetry = await startTelemetry(settings, (spans) => void (dropped += spans));
    return telemetry;
  }

  it('sends spans with their parents, kinds and attributes', async () => {
    const { tracer } = await start();

    const request = tracer.start('HTTP', 'server', null);
    const reaction = tracer.start('match rules', 'consumer', request);
    const attempt = tracer.start('delivery', 'client', reaction);
    attempt.set('http.response.status_code', 503);
    attempt.set('labels.endpoint_id', 'end_1');
    attempt.set('http.request.headers.authorization', 'planted');
    attempt.end('delivery');
    reaction.end('match rules');
    request.end('POST /hooks/{token}');
    await telemetry?.onApplicationShutdown();

    expect(collector.paths).toEqual(['/v1/traces']);
    expect(collector.spans).toMatchObject([
      { name: 'delivery', kind: 3, parentSpanId: reaction.spanId, spanId: attempt.spanId },
      { name: 'match rules', kind: 5, parentSpanId: request.spanId, status: { code: 0 } },
      { name: 'POST /hooks/{token}', kind: 2, spanId: request.spanId },
    ]);
    expect(collector.spans[2]).not.toHaveProperty('parentSpanId');
    expect(new Set(collector.spans.map((span) => span.traceId))).toEqual(
      new Set([request.traceId]),
    );
    expect(valuesOf(collector.spans[0]?.attributes ?? [])).toEqual({
      'http.response.status_code': 503,
      'labels.endpoint_id': 'end_1',
    });
    expect(dropped).toBe(0);
  });

  it('continues the trace of a caller', async () => {
    const { tracer } = await start();
    const parent = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      sampled: true,
    };
    tracer.start('x', 'server', parent).end('x');
    await telemetry?.stop();

    expect(collector.spans).toMatchObject([
      { traceId: parent.traceId, parentSpanId: parent.spanId },
    ]);
  });

  it('says which service and instance it is', async () => {
    const { tracer } = await start();
    tracer.start('x', 'internal', null).end('x');
    await telemetry?.stop();

    const [exported] = collector.exports;
    expect(valuesOf(exported?.resourceSpans[0]?.resource.attributes ?? [])).toMatchObject({
      'service.name': 'signalbox',
      'service.version': '1.2.3',
      'service.instance.id': 'node-a',
    });
  });

  it('marks failed spans, without secrets', async () => {
    const { tracer } = await start();
    const coded = Object.assign(new Error('no'), { code: 'webhooks.signature-mismatch' });
    for (const error of [coded, new TypeError('bad key sk_live_planted12345'), 'a text']) {
      tracer.start('x', 'internal', null).end('x', error);
    }
    await telemetry?.stop();

    const [first, second, third] = collector.spans;
    expect(first?.status).toEqual({ code: 2, message: 'no' });
    expect(first?.attributes).toContainEqual({
      key: 'error.type',
      value: { stringValue: 'webhooks.signature-mismatch' },
    });
    expect(second?.status).toEqual({ code: 2, message: 'bad key [redacted]' });
    expect(valuesOf(second?.attributes ?? [])).toEqual({ 'error.type': 'TypeError' });
    expect(third?.status).toEqual({ code: 2, message: 'a text' });
  });

  it('counts the spans that a collector refuses', async () => {
    collector.answer = 400;
    const { tracer } = await start();
    for (let i = 0; i < 3; i += 1) tracer.start('x', 'internal', null).end('x');
    await telemetry?.stop();

    expect(collector.spans).toHaveLength(3);
    expect(dropped).toBe(3);
  });

  it('stops in time although the collector is stuck, and counts what it gave up', async () => {
    collector.answer = undefined;
    const { tracer } = await start();
    for (let i = 0; i < 3; i += 1) tracer.start('x', 'internal', null).end('x');
    const startedAt = performance.now();
    await telemetry?.stop(200);

    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(dropped).toBe(3);
  });

  it('bounds what waits for a slow collector, and counts the rest', async () => {
    collector.answer = undefined;
    const { tracer } = await start();
    for (let i = 0; i < 3_000; i += 1) tracer.start('x', 'internal', null).end('x');
    expect(dropped).toBe(3_000 - 2_048);

    await telemetry?.stop(50);
    expect(dropped).toBe(3_000);
    tracer.start('late', 'internal', null).end('late');
    expect(dropped).toBe(3_001);
  });

  it('still gives ids when the SDK is disabled by its own variable', async () => {
    process.env['OTEL_SDK_DISABLED'] = 'true';
    try {
      const { tracer } = await start();
      const root = tracer.start('x', 'internal', null);
      const traceId = 'a'.repeat(32);
      const child = tracer.start('y', 'internal', {
        traceId,
        spanId: 'b'.repeat(16),
        sampled: true,
      });
      root.end('x');

      expect(root).toMatchObject({ sampled: false });
      expect(root.traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
      expect(child.traceId).toBe(traceId);
      expect(child.spanId).toMatch(/^(?!0{16}|b{16})[0-9a-f]{16}$/);
    } finally {
      delete process.env['OTEL_SDK_DISABLED'];
    }
  });
});

describe('telemetry without a collector', () => {
  it('samples nothing and needs nothing to be stopped', async () => {
    const telemetry = await startTelemetry({
      sampleRatio: 1,
      serviceVersion: '1.2.3',
      instanceId: 'node-a',
    });
    expect(telemetry.tracer.start('x', 'internal', null).sampled).toBe(false);
    await expect(telemetry.stop()).resolves.toBeUndefined();
  });
});
