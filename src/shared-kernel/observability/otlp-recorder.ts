import {
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer as SdkTracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { SpanKindName } from './definitions.js';
import { isSecretName, withoutSecrets } from './redaction.js';
import { newSpanId, newTraceId } from './trace-ids.js';
import { type ActiveSpan, type SpanParent, SpanRecorder } from './tracer.js';

export interface OtlpSettings {
  /** Base URL; spans go to `v1/traces` below it, as OTLP/HTTP JSON. */
  readonly otlpEndpoint: string;
  readonly serviceVersion: string;
  readonly instanceId: string;
}

/**
 * The queue of the SDK's batch processor holds as many; past it the SDK would drop spans without a
 * word.
 */
const pendingMax = 2_048;
const attributeLengthMax = 2_048;
/** `SamplingDecision.RECORD_AND_SAMPLED`: our tracer has decided before it asks for a span. */
const recordAndSample = { decision: 2 } as const;

/** `ExportResultCode.SUCCESS` of the SDK. */
const exported = 0;

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const satisfies Record<SpanKindName, SpanKind>;

/**
 * Starts the OpenTelemetry SDK with its batch processor and the OTLP/HTTP exporter. The
 * `OTEL_EXPORTER_OTLP_*` and `OTEL_BSP_*` variables of the SDK (headers, TLS, batch size) apply.
 *
 * @param onDropped told how many spans were given up
 */
export function startOtlpRecorder(
  settings: OtlpSettings,
  onDropped: (spans: number) => void,
): SpanRecorder {
  const backlog = new Backlog(onDropped);
  const resource = {
    attributes: {
      'service.version': settings.serviceVersion,
      'service.instance.id': settings.instanceId,
    },
  };
  const sdk = new NodeSDK({
    serviceName: 'signalbox',
    resourceDetectors: [{ detect: () => resource }],
    traceExporter: new CountingExporter(tracesUrl(settings.otlpEndpoint), backlog),
    sampler: { shouldSample: () => recordAndSample, toString: () => 'DecidedByTracer' },
    idGenerator: { generateTraceId: newTraceId, generateSpanId: newSpanId },
    spanLimits: { attributeValueLengthLimit: attributeLengthMax },
    // Spans are written by hand and context travels in our own storage; metrics and logs have their
    // own ways out.
    textMapPropagator: null,
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
  });
  sdk.start();
  return new OtlpRecorder(sdk, trace.getTracer('signalbox', settings.serviceVersion), backlog);
}

class OtlpRecorder extends SpanRecorder {
  constructor(
    private readonly sdk: NodeSDK,
    private readonly tracer: SdkTracer,
    private readonly backlog: Backlog,
  ) {
    super();
  }

  record(name: string, kind: SpanKindName, parent: SpanParent | null): ActiveSpan {
    const span = this.tracer.startSpan(name, { kind: kinds[kind] }, contextOf(parent));
    return new RecordedSpan(name, span, this.backlog, parent?.traceId);
  }

  async stop(deadlineMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    // A failed last export is counted as dropped; the process ends all the same.
    const sent = this.sdk.shutdown().catch(() => undefined);
    await Promise.race([sent, deadline]);
    clearTimeout(timer);
    this.backlog.close();
    trace.disable();
    context.disable();
  }
}

class RecordedSpan implements ActiveSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;

  constructor(
    private readonly name: string,
    private readonly span: Span,
    private readonly backlog: Backlog,
    parentTraceId: string | undefined,
  ) {
    const ids = span.spanContext();
    // With OTEL_SDK_DISABLED the SDK gives no ids of its own; ours must always join logs and
    // requests.
    this.sampled = span.isRecording();
    this.traceId = this.sampled ? ids.traceId : (parentTraceId ?? newTraceId());
    this.spanId = this.sampled ? ids.spanId : newSpanId();
  }

  set(name: string, value: string | number | boolean): void {
    if (!isSecretName(name)) this.span.setAttribute(name, value);
  }

  end(name: string, error?: unknown): void {
    if (!this.sampled || !this.backlog.admit()) return;
    if (name !== this.name) this.span.updateName(name);
    if (error !== undefined) markFailed(this.span, error);
    this.span.end();
  }
}

/** Spans that have ended and are not yet sent. */
class Backlog {
  private pending = 0;
  private closed = false;

  constructor(private readonly onDropped: (spans: number) => void) {}

  /** Whether there is room for one more. */
  admit(): boolean {
    const admitted = !this.closed && this.pending < pendingMax;
    if (admitted) this.pending += 1;
    else this.onDropped(1);
    return admitted;
  }

  settle(spans: number, sent: boolean): void {
    if (this.closed) return;
    this.pending -= spans;
    if (!sent) this.onDropped(spans);
  }

  /** Whatever is still pending is given up. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    if (this.pending > 0) this.onDropped(this.pending);
  }
}

/** The exporter of the SDK, which tells nobody what it failed to send. */
class CountingExporter extends OTLPTraceExporter {
  constructor(
    url: string,
    private readonly backlog: Backlog,
  ) {
    super({ url });
  }

  override export(...[spans, done]: Parameters<OTLPTraceExporter['export']>): void {
    super.export(spans, (result) => {
      const { code }: { code: number } = result;
      this.backlog.settle(spans.length, code === exported);
      done(result);
    });
  }
}

function contextOf(parent: SpanParent | null) {
  if (parent === null) return ROOT_CONTEXT;
  const { traceId, spanId } = parent;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED });
}

/**
 * Exceptions themselves are log records; a span says only that and how it failed (semantic
 * conventions 1.44).
 */
function markFailed(span: Span, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message: withoutSecrets(message) });
  span.setAttribute('error.type', errorTypeOf(error));
}

function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

function tracesUrl(endpoint: string): string {
  return new URL('v1/traces', endpoint.endsWith('/') ? endpoint : `${endpoint}/`).href;
}
