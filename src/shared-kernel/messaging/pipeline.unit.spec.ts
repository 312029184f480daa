import { z } from 'zod';
import { memoryLog } from '../../../test/conformance/messaging-kernel.js';
import { ContractChecker } from '#shared-kernel/contracts/contract-checker.js';
import type { MessageContract } from '#shared-kernel/contracts/message-contract.js';
import { defineErrors } from '#shared-kernel/domain/domain-error.js';
import { Log, type LogLevel } from '#shared-kernel/observability/logger.js';
import {
  currentContext,
  type MessageContext,
} from '#shared-kernel/observability/message-context.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import {
  type ActiveSpan,
  SpanRecorder,
  type SpanParent,
  Tracer,
} from '#shared-kernel/observability/tracer.js';
import { Pipeline } from './pipeline.js';
import type { PipelineMessage } from './pipeline-message.js';

const errors = defineErrors('pipelineTest', {
  notThere: { status: 404, title: 'Not there', remedy: 'Look elsewhere.' },
  wrong: { status: 400, title: 'Wrong', remedy: 'Correct it.' },
});

interface RecordedSpan {
  readonly name: string;
  readonly kind: string;
  readonly parent: SpanParent | null;
  readonly ids: SpanParent;
  readonly facts: Record<string, unknown>;
  error?: unknown;
  ended: boolean;
}

/** Keeps spans in memory. */
class MemoryRecorder extends SpanRecorder {
  readonly spans: RecordedSpan[] = [];

  record(name: string, kind: string, parent: SpanParent | null): ActiveSpan {
    const spanId = String(this.spans.length + 1).padStart(16, '0');
    const ids = { traceId: parent?.traceId ?? 'a'.repeat(32), spanId, sampled: true };
    const span: RecordedSpan = { name, kind, parent, ids, facts: {}, ended: false };
    this.spans.push(span);
    return {
      ...ids,
      set: (key, value) => (span.facts[key] = value),
      end: (_, error) => Object.assign(span, { ended: true, error }),
    };
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

const contract: MessageContract = {
  kind: 'command',
  name: 'things.do',
  input: z.object({ n: z.number() }),
  result: z.object({ done: z.boolean() }),
};
const done = () => Promise.resolve({ done: true });

describe('the pipeline', () => {
  let recorder: MemoryRecorder;
  let lines: Record<string, unknown>[];
  let meter: Meter;
  let log: Log;
  let pipeline: Pipeline;
  const setUp = (level: LogLevel, sampleRatio = 1) => {
    recorder = new MemoryRecorder();
    lines = [];
    log = memoryLog(lines, level);
    meter = new Meter({ format: 'text', processMetrics: false });
    const tracer = new Tracer(sampleRatio, recorder);
    pipeline = new Pipeline(tracer, log, meter, new ContractChecker(meter));
  };
  const message = (overrides: Partial<PipelineMessage>): PipelineMessage => ({
    kind: 'http',
    name: 'GET /v1/things',
    origin: null,
    contract: null,
    input: null,
    facts: {},
    ...overrides,
  });
  const command = (input: unknown = { n: 1 }) =>
    message({ kind: 'command', name: contract.name, contract, input });

  beforeEach(() => setUp('info'));

  it('gives back what the work gives, with its span, its line and its duration', async () => {
    const request = message({ facts: { 'labels.event_id': 'evt_1' } });
    const answer = await pipeline.run(request, async () => {
      request.status = 200;
      return 'answer';
    });
    expect(answer).toBe('answer');
    expect(recorder.spans).toMatchObject([
      {
        name: 'GET /v1/things',
        kind: 'server',
        parent: null,
        facts: { 'labels.event_id': 'evt_1' },
        error: undefined,
        ended: true,
      },
    ]);
    expect(lines).toMatchObject([
      {
        'log.level': 'info',
        'event.dataset': 'signalbox.http',
        'event.action': 'GET /v1/things',
        'event.outcome': 'success',
        'event.duration': expect.any(Number),
        'http.response.status_code': 200,
        'labels.event_id': 'evt_1',
        'trace.id': 'a'.repeat(32),
      },
    ]);
    expect((await meter.expose()).body).toMatch(
      /http_server_request_duration_seconds_count\{.*http_route="\/v1\/things".*"200"\} 1/,
    );
  });

  it('checks what comes in before the handler runs, inside everything else', async () => {
    let ran = false;
    const running = pipeline.run(command({ n: 'one' }), () => {
      ran = true;
      return done();
    });
    await expect(running).rejects.toMatchObject({ code: 'contracts.violated' });
    expect(ran).toBe(false);
    expect(recorder.spans).toMatchObject([{ error: { code: 'contracts.violated' } }]);
    expect((await meter.expose()).body).toMatch(
      /signalbox_message_duration_seconds_count\{kind="command",name="things.do",outcome="error"\} 1/,
    );
  });

  it('checks what a handler answers', async () => {
    const running = pipeline.run(command(), () => Promise.resolve({ done: 'yes' }));
    await expect(running).rejects.toThrow('things.do (out): done');
  });

  it('continues the trace and the context in nested messages', async () => {
    const seen: (MessageContext | undefined)[] = [];
    await pipeline.run(message({}), async () => {
      seen.push(currentContext());
      await pipeline.run(command(), () => {
        seen.push(currentContext());
        return done();
      });
      seen.push(currentContext());
    });
    const [outer, inner, after] = seen;
    expect(after).toBe(outer);
    expect(inner).toMatchObject({ traceId: outer?.traceId, correlationId: outer?.traceId });
    expect(inner?.spanId).not.toBe(outer?.spanId);
    expect(recorder.spans[1]).toMatchObject({
      kind: 'internal',
      parent: { spanId: recorder.spans[0]?.ids.spanId },
    });
    expect(currentContext()).toBeUndefined();
  });

  it('takes the context of its origin instead of the current one', async () => {
    const traceparent = `00-${'b'.repeat(32)}-${'c'.repeat(16)}-01`;
    const origin = { traceparent, correlationId: 'corr', causationId: 'evt_1', hops: 3 };
    let context: MessageContext | undefined;
    await pipeline.run(message({}), () =>
      pipeline.run(message({ kind: 'reaction', name: 'r', origin }), async () => {
        context = currentContext();
      }),
    );
    expect(context).toMatchObject({
      traceId: 'b'.repeat(32),
      correlationId: 'corr',
      causationId: 'evt_1',
      hops: 3,
    });
    expect(recorder.spans[1]).toMatchObject({
      kind: 'consumer',
      parent: { spanId: 'c'.repeat(16) },
    });
  });

  it('begins a trace when its origin has none, and then correlates by it', async () => {
    const origin = { traceparent: null, correlationId: null, causationId: null, hops: 0 };
    let context: MessageContext | undefined;
    await pipeline.run(message({ kind: 'attempt', name: 'mail', origin }), async () => {
      context = currentContext();
    });
    expect(recorder.spans).toMatchObject([{ kind: 'client', parent: null }]);
    expect(context?.correlationId).toBe(context?.traceId);
  });

  it('sets no facts on a span that is not sampled', async () => {
    setUp('info', 0);
    await pipeline.run(message({ facts: { 'labels.event_id': 'e' } }), done);
    expect(recorder.spans).toEqual([]);
    expect(lines).toHaveLength(1);
  });

  it('writes an error once, by the outermost message', async () => {
    const bug = new TypeError('x is undefined');
    const running = pipeline.run(message({}), () =>
      pipeline.run(command(), () => Promise.reject(bug)),
    );
    await expect(running).rejects.toBe(bug);
    expect(lines).toMatchObject([
      {
        'log.level': 'error',
        'event.outcome': 'failure',
        'error.type': 'TypeError',
        'error.message': 'x is undefined',
        'error.stack_trace': expect.any(String),
      },
    ]);
    expect(recorder.spans).toMatchObject([{ error: bug }, { error: bug }]);
  });

  it('says at which level: error for us, warn for work that will be tried again, else info', async () => {
    const refusal = () => Promise.reject(errors.notThere('No such thing.'));
    const origin = { traceparent: null, correlationId: null, causationId: null, hops: 0 };
    const levels = async (kind: PipelineMessage['kind'], work: () => Promise<unknown>) => {
      lines.length = 0;
      await pipeline.run(message({ kind, name: 'GET x', origin }), work).catch(() => undefined);
      return lines.map((line) => line['log.level']);
    };
    const bug = () => Promise.reject(new Error('bug'));
    expect(await levels('http', refusal)).toEqual(['info']);
    expect(await levels('reaction', refusal)).toEqual(['warn']);
    expect(await levels('attempt', refusal)).toEqual(['warn']);
    // No try of a reaction will ever mend it: somebody must.
    const lasting = () => Promise.reject(errors.wrong('It is wrong.'));
    expect(await levels('http', lasting)).toEqual(['info']);
    expect(await levels('reaction', lasting)).toEqual(['error']);
    expect(await levels('attempt', lasting)).toEqual(['warn']);
    expect(await levels('reaction', bug)).toEqual(['error']);
    expect(await levels('attempt', done)).toEqual(['info']);
    expect(await levels('command', bug)).toEqual([]);
    log.setLevel('debug');
    expect(await levels('query', bug)).toEqual(['debug']);
    expect(lines).toMatchObject([{ 'error.message': 'bug' }]);
  });

  it('counts and marks a failure that became an answer', async () => {
    const request = message({ name: 'POST /v1/things' });
    const failure = errors.notThere('No such thing.');
    await pipeline.run(request, async () => {
      request.failure = failure;
      request.status = 404;
    });
    expect(lines).toMatchObject([{ 'event.outcome': 'failure', 'error.code': failure.code }]);
    expect(recorder.spans).toMatchObject([{ error: failure }]);
  });

  it('measures each kind in its own metric', async () => {
    const attempt = message({ kind: 'attempt', name: 'mail' });
    attempt.failure = new Error('refused');
    await pipeline.run(attempt, done);
    await pipeline.run(message({ kind: 'reaction', name: 'r' }), done);
    await pipeline.run(message({ name: 'GET /lost' }), done);
    const { body } = await meter.expose();
    expect(body).toContain(
      'signalbox_attempt_duration_seconds_count{effect="mail",outcome="error"} 1',
    );
    expect(body).toContain(
      'signalbox_reaction_duration_seconds_count{reaction="r",outcome="ok"} 1',
    );
    expect(body).toMatch(/http_server_request_duration_seconds_count\{.*code="0"\} 1/);
  });

  it('counts requests in progress', async () => {
    let during = '';
    await pipeline.run(message({}), async () => {
      during = (await meter.expose()).body;
    });
    expect(during).toContain('http_server_active_requests 1');
    expect((await meter.expose()).body).toContain('http_server_active_requests 0');
  });

  it('counts the result of a command in the metric that its contract names', async () => {
    const counting: MessageContract = {
      ...contract,
      counts: {
        metric: 'signalbox_event_log_appended_total',
        labels: (result) => ({ name: String((result as { done: boolean }).done) }),
      },
    };
    await pipeline.run(message({ kind: 'command', contract: counting, input: { n: 1 } }), done);
    expect((await meter.expose()).body).toContain(
      'signalbox_event_log_appended_total{name="true"} 1',
    );
  });
});
