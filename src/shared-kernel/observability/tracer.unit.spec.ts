import { traceparentOf } from './message-context.js';
import { newRootContext, parseTraceparent, SpanRecorder, Tracer } from './tracer.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

describe('parseTraceparent', () => {
  it('reads the example of the specification', () => {
    expect(parseTraceparent(`00-${traceId}-${spanId}-01`)).toEqual({
      traceId,
      spanId,
      sampled: true,
    });
    expect(parseTraceparent(`00-${traceId}-${spanId}-00`)?.sampled).toBe(false);
  });

  it('looks only at the sampled flag', () => {
    expect(parseTraceparent(`00-${traceId}-${spanId}-02`)?.sampled).toBe(false);
    expect(parseTraceparent(`00-${traceId}-${spanId}-ff`)?.sampled).toBe(true);
  });

  it('reads later versions by the fields that it knows', () => {
    expect(parseTraceparent(`cc-${traceId}-${spanId}-01-what-the-future-will-be`)).toEqual({
      traceId,
      spanId,
      sampled: true,
    });
    expect(parseTraceparent(`cc-${traceId}-${spanId}-01`)).not.toBeNull();
  });

  it.each([
    ['nothing', undefined],
    ['an empty header', ''],
    ['version ff', `ff-${traceId}-${spanId}-01`],
    ['more fields than version 00 has', `00-${traceId}-${spanId}-01-more`],
    ['upper case', `00-${traceId.toUpperCase()}-${spanId}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['a span id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['a short trace id', `00-${traceId.slice(1)}-${spanId}-01`],
    ['a long span id', `00-${traceId}-${spanId}0-01`],
    ['a later version without its separator', `cc-${traceId}-${spanId}-01.what`],
    ['two headers', `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`],
    ['white space', ` 00-${traceId}-${spanId}-01`],
  ])('refuses %s', (_case, header) => {
    expect(parseTraceparent(header)).toBeNull();
  });

  it('reads what we send', () => {
    const context = newRootContext();
    expect(parseTraceparent(traceparentOf(context))).toEqual({
      traceId: context.traceId,
      spanId: context.spanId,
      sampled: false,
    });
  });
});

/** Records names only. */
class MemoryRecorder extends SpanRecorder {
  readonly names: string[] = [];

  record(name: string) {
    this.names.push(name);
    return { traceId, spanId, sampled: true, set: () => undefined, end: () => undefined };
  }

  async stop(): Promise<void> {
    // Nothing to send.
  }
}

describe('Tracer', () => {
  it('gives ids although nothing is recorded', () => {
    const span = new Tracer(1, null).start('x', 'internal', null);
    span.set('labels.provider', 'github');
    span.end('x');

    expect(span.sampled).toBe(false);
    expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
  });

  it('gives different ids every time', () => {
    const tracer = new Tracer(1, null);
    const ids = new Set<string>();
    for (let i = 0; i < 10_000; i += 1) {
      const span = tracer.start('x', 'internal', null);
      ids.add(span.traceId).add(span.spanId);
    }
    expect(ids.size).toBe(20_000);
  });

  it('continues the trace of its parent and keeps its decision', () => {
    const recorder = new MemoryRecorder();
    const tracer = new Tracer(0.5, recorder);

    const child = tracer.start('unsampled', 'internal', { traceId, spanId, sampled: false });
    tracer.start('sampled', 'internal', { traceId, spanId, sampled: true });

    expect(child).toMatchObject({ traceId, sampled: false });
    expect(child.spanId).not.toBe(spanId);
    expect(recorder.names).toEqual(['sampled']);
  });

  it('passes the decision of others on although it records nothing itself', () => {
    const parent = { traceId, spanId, sampled: true };
    expect(new Tracer(0, null).start('x', 'client', parent).sampled).toBe(true);
  });

  it.each([
    [0, 0, 0],
    [0.25, 2_200, 2_800],
    [1, 10_000, 10_000],
  ])('records the share %d of new traces', (ratio, atLeast, atMost) => {
    const recorder = new MemoryRecorder();
    const tracer = new Tracer(ratio, recorder);
    for (let i = 0; i < 10_000; i += 1) tracer.start('x', 'server', null);

    expect(recorder.names.length).toBeGreaterThanOrEqual(atLeast);
    expect(recorder.names.length).toBeLessThanOrEqual(atMost);
  });
});
