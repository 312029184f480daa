import type { FastifyInstance } from 'fastify';
import { metrics } from '#shared-kernel/observability/names.js';
import { startHttpSink } from '../../tools/support/http-sink.ts';
import { startMailSink } from '../../tools/support/mail-sink.ts';
import { sendWebhook, settledEvent } from '../support/events.ts';
import { deliverTo, makeApiKey, makeEndpoint, makeRule, makeSource } from '../support/factories.ts';
import { metricValue, readMetrics } from '../support/metrics-page.ts';
import { expectProblem, request } from '../support/request.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';

interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, { responses: object }>>>>;
}

let signalbox: TestSignalbox;
let closeSinks: () => Promise<unknown>;
beforeAll(async () => {
  const sink = await startHttpSink();
  const mailSink = await startMailSink();
  closeSinks = () => Promise.all([sink.close(), mailSink.close()]);
  signalbox = await runSignalbox({ settings: { SMTP_URL: mailSink.url } });
  const { api, url } = signalbox;
  const source = await makeSource(api);
  const endpoint = await makeEndpoint(api, sink.url);
  const mail = { kind: 'email', to: ['a@example.com'], subject: 'x', text: 'y' };
  await makeRule(api, [deliverTo(endpoint), mail]);
  await settledEvent(api, await sendWebhook(url, source));
}, 30_000);
afterAll(async () => {
  await signalbox.stop();
  await closeSinks();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  request(`${signalbox.url}${path}`, { headers });

describe('/metrics', () => {
  /** Only there after something that this run has not: a loss, old data, a rejected webhook. */
  const notInThisRun = [
    'signalbox_telemetry_dropped_total',
    'signalbox_contract_deprecated_uses_total',
    'signalbox_queued_commands_total',
    'signalbox_schedule_runs_total',
    'signalbox_retention_events_total',
    'signalbox_retention_rows_total',
    'signalbox_quarantine_requests_total',
    'signalbox_quarantine_releases_total',
  ];

  it('has every metric of the table that a whole way feeds, and none beside the table', async () => {
    const samples = await readMetrics(signalbox.url);
    const seen = new Set(
      samples.map(({ name }) => name.replace(/_(?:bucket|sum|count|created)$/, '')),
    );
    const ours = Object.keys(metrics).filter((name) => name.startsWith('signalbox_'));
    const missing = ours.filter((name) => !seen.has(name) && !notInThisRun.includes(name));
    expect(missing).toEqual([]);
    const unknown = [...seen].filter(
      (name) => name.startsWith('signalbox_') && !ours.includes(name),
    );
    expect(unknown).toEqual([]);
  });

  it('has the labels of the table, and counts what happened', async () => {
    const samples = await readMetrics(signalbox.url);
    for (const [name, { labels }] of Object.entries(metrics)) {
      for (const sample of samples.filter((one) => one.name === name)) {
        expect([name, Object.keys(sample.labels).sort()]).toEqual([name, [...labels].sort()]);
      }
    }
    const value = (name: string, labels: Record<string, string>) =>
      metricValue(signalbox.url, name, labels);
    const accepted = { provider: 'github', outcome: 'accepted' };
    expect(await value('signalbox_webhooks_received_total', accepted)).toBe(1);
    expect(await value('signalbox_deliveries_total', { outcome: 'delivered' })).toBe(1);
    expect(await value('signalbox_notifications_total', { channel: 'email' })).toBe(1);
    const webhookReceived = { name: 'communication.webhook-received' };
    expect(await value('signalbox_event_log_appended_total', webhookReceived)).toBe(1);
    expect(await value('signalbox_due_work', { effect: 'delivery' })).toBe(0);
  });

  it('tells how far each reaction is behind the log', async () => {
    const reaction = 'event-processing.match-rules-when-event-arrived';
    expect(await metricValue(signalbox.url, 'signalbox_reaction_lag_events', { reaction })).toBe(0);
  });

  it('shows route templates, never the addresses of sources', async () => {
    const samples = await readMetrics(signalbox.url);
    const routes = new Set(samples.map(({ labels }) => labels['http_route']));
    expect(routes).toContain('/hooks/:token');
    const addresses = [...routes].filter((route) => /[A-Za-z0-9_-]{20,}/.test(route ?? ''));
    expect(addresses).toEqual([]);
  });

  it('is OpenMetrics to its end', async () => {
    const { headers, text } = await get('/metrics');
    expect(headers.get('content-type')).toMatch(/^application\/openmetrics-text/);
    expect(text.endsWith('# EOF\n')).toBe(true);
  });

  it('asks for a key when it is not public', async () => {
    const closed = await runSignalbox({ settings: { METRICS_PUBLIC: 'false' } });
    expectProblem(await request(`${closed.url}/metrics`), 'auth.missing-key');
    const apiKey = await makeApiKey(closed.api, 'viewer');
    expect((await request(`${closed.url}/metrics`, { apiKey })).status).toBe(200);
    await closed.stop();
  }, 30_000);
});

describe('/health', () => {
  it('is live and ready, by checks that have names', async () => {
    expect((await get('/health/live')).json()).toEqual({ status: 'live' });
    const ready = await get('/health/ready');
    expect(ready.status).toBe(200);
    expect(ready.json()).toMatchObject({
      status: 'ready',
      checks: { store: { status: 'up' }, disk: { status: 'up' } },
    });
  });

  it('is not ready when the disk is nearly full, and says what to do', async () => {
    const full = { DISK_FREE_BYTES_MIN: String(Number.MAX_SAFE_INTEGER) };
    const { url, stop } = await runSignalbox({ settings: full });
    const ready = await request(`${url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(ready.json()).toMatchObject({
      status: 'not-ready',
      checks: { disk: { status: 'down', remedy: expect.stringMatching(/Free space/) } },
    });
    expect((await request(`${url}/health/live`)).status).toBe(200);
    await stop();
  }, 30_000);
});

describe('the API reference', () => {
  it('lists every route that answers, each with its answers, and no other', async () => {
    const { openapi, paths } = (await get('/openapi.json')).json<OpenApi>();
    expect(openapi).toMatch(/^3\.1\./);
    const listed = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${nameless(path)}`),
    );
    const answered = routesOf(signalbox.app.getHttpAdapter().getInstance());
    expect(listed.filter((route) => !ownToServer.test(route)).sort()).toEqual(answered);
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { responses }] of Object.entries(methods)) {
        expect([method, path, Object.keys(responses).length > 0]).toEqual([method, path, true]);
      }
    }
  });

  it('is a page that loads only what this server has', async () => {
    const page = await get('/docs');
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(assets.length).toBeGreaterThan(2);
    for (const path of assets) {
      const asset = await get(path);
      expect([path, asset.status, asset.bytes.length > 50]).toEqual([path, 200, true]);
    }
    expectProblem(await get('/docs/..%2fpackage.json'), 'http.not-found');
  });
});

/** Methods that the server answers by itself beside ours, at every path with a GET. */
const ownToServer = /^(?:HEAD|OPTIONS) /;

/** What the server itself says that it answers, as `METHOD /path/{}`. */
function routesOf(server: FastifyInstance): string[] {
  const lines = server.printRoutes({ commonPrefix: false }).split('\n');
  const parents: string[] = [];
  const routes = lines.flatMap((line) => {
    const [, indent = '', part = '', methods = ''] =
      /^((?:[│ ] {3})*)[├└]── (\S+)(?: \((.+)\))?$/.exec(line) ?? [];
    const depth = indent.length / 4;
    const path = (parents[depth - 1] ?? '') + part;
    parents[depth] = path;
    return methods.split(', ').map((method) => `${method} ${nameless(path)}`);
  });
  return routes.filter((route) => /^[A-Z]+ /.test(route) && !ownToServer.test(route)).sort();
}

/** The tree of routes does not tell names of parameters apart. */
function nameless(path: string): string {
  return path.replace(/\{\w+\}|:\w+(?:\|:\w+)*/g, '{}');
}
