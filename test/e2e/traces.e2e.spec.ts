import { randomBytes } from 'node:crypto';
import { startHttpSink } from '../../tools/support/http-sink.ts';
import { startMailSink } from '../../tools/support/mail-sink.ts';
import { sendWebhook, settledEvent } from '../support/events.ts';
import { deliverTo, makeEndpoint, makeRule, makeSource } from '../support/factories.ts';
import { type CollectedSpan, startOtlpCollector } from '../support/otlp-collector.ts';
import { request } from '../support/request.ts';
import { runSignalbox } from '../support/running-signalbox.ts';

const rootsOf = (spans: readonly CollectedSpan[]) =>
  spans.filter(({ parentSpanId }) => parentSpanId === undefined || parentSpanId === '');

/** Spans whose parent is neither here nor the sender. */
function orphansOf(spans: readonly CollectedSpan[], senderSpanId?: string): CollectedSpan[] {
  const known = new Set([...spans.map(({ spanId }) => spanId), senderSpanId, undefined, '']);
  return spans.filter(({ parentSpanId }) => !known.has(parentSpanId));
}

/** `name < parent's name < ...`, up to the root. */
function pathOf(span: CollectedSpan, spans: readonly CollectedSpan[]): string {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return parent === undefined ? span.name : `${span.name} < ${pathOf(parent, spans)}`;
}

describe('the spans of a whole way', () => {
  const sender = {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
  };
  let collected: readonly CollectedSpan[];
  let eventTraceId: string;

  beforeAll(async () => {
    const collector = await startOtlpCollector();
    const mailSink = await startMailSink();
    const sink = await startHttpSink((_request, index) => (index === 0 ? 500 : 200));
    const settings = { SMTP_URL: mailSink.url, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    const { api, url, stop } = await runSignalbox({ settings });
    const source = await makeSource(api);
    const endpoint = await makeEndpoint(api, sink.url);
    const mail = { kind: 'email', to: ['a@example.com'], subject: 'x', text: 'y' };
    await makeRule(api, [deliverTo(endpoint), mail]);
    const event = await settledEvent(api, await sendWebhook(url, source));
    eventTraceId = event.correlationId;
    const headers = { traceparent: `00-${sender.traceId}-${sender.spanId}-01` };
    await settledEvent(api, await sendWebhook(url, source, 'github', { headers }));
    await request(`${url}/nowhere`);
    // What is left is sent at the end.
    await stop();
    await Promise.all([collector.close(), mailSink.close(), sink.close()]);
    collected = collector.spans;
  }, 60_000);

  it('are one trace with one root, from the request to every try', () => {
    const spans = collected.filter(({ traceId }) => traceId === eventTraceId);
    expect(rootsOf(spans).map(({ name }) => name)).toEqual(['POST /hooks/:token']);
    expect(orphansOf(spans)).toEqual([]);
    const toRules = 'event-processing.match-rules-when-event-arrived < webhooks.receive-webhook';
    const root = 'POST /hooks/:token';
    expect(spans.map((span) => pathOf(span, spans)).sort()).toEqual(
      [
        root,
        `webhooks.receive-webhook < ${root}`,
        `${toRules} < ${root}`,
        `deliveries.schedule-delivery-when-rule-matched < ${toRules} < ${root}`,
        `notifications.queue-mail-when-rule-matched < ${toRules} < ${root}`,
        `delivery < deliveries.schedule-delivery-when-rule-matched < ${toRules} < ${root}`,
        `delivery < deliveries.schedule-delivery-when-rule-matched < ${toRules} < ${root}`,
        `email < notifications.queue-mail-when-rule-matched < ${toRules} < ${root}`,
      ].sort(),
    );
    const tries = spans.filter(({ name }) => name === 'delivery');
    expect(tries.map(({ status }) => status.code === 2).sort()).toEqual([false, true]);
  });

  it("continue the sender's trace when it has one", () => {
    const spans = collected.filter(({ traceId }) => traceId === sender.traceId);
    expect(spans.length).toBeGreaterThan(5);
    expect(rootsOf(spans)).toEqual([]);
    expect(orphansOf(spans, sender.spanId)).toEqual([]);
    const [first] = spans.filter(({ parentSpanId }) => parentSpanId === sender.spanId);
    expect(first?.name).toBe('POST /hooks/:token');
  });

  it('stand under a root in every trace of the run', () => {
    const traces = Map.groupBy(collected, ({ traceId }) => traceId);
    for (const [traceId, spans] of traces) {
      if (traceId === sender.traceId) continue;
      expect([traceId, rootsOf(spans).length, orphansOf(spans)]).toEqual([traceId, 1, []]);
    }
    const names = new Set(collected.map(({ name }) => name));
    expect(names).toContain('GET unmatched');
    expect(names).toContain('POST /v1/sources');
  });
});
