import { Injectable } from '@nestjs/common';
import type { SpanKindName } from './definitions.js';
import type { MessageContext } from './message-context.js';
import { newFraction, newSpanId, newTraceId } from './trace-ids.js';

/** A span that others may continue: the ids of W3C Trace Context. */
export interface SpanParent {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly sampled: boolean;
}

/** A span that has begun and must be ended. */
export interface ActiveSpan extends SpanParent {
  /** Adds a fact; without effect when the span is not sampled. */
  set(name: string, value: string | number | boolean): void;
  /**
   * Ends the span. The name comes again because HTTP knows its route only after routing.
   *
   * @param error what the work threw; marks the span as failed
   */
  end(name: string, error?: unknown): void;
}

/** Records sampled spans and sends them out. */
export abstract class SpanRecorder {
  abstract record(name: string, kind: SpanKindName, parent: SpanParent | null): ActiveSpan;

  /** Sends what is left; gives up after the deadline. */
  abstract stop(deadlineMs: number): Promise<void>;
}

/**
 * Makes spans. Every piece of work gets ids, so that logs and outgoing requests can be joined; what
 * is recorded beyond that is decided once, where a trace begins, and followed by everything after
 * (parent-based ratio sampling).
 */
@Injectable()
export class Tracer {
  /**
   * @param sampleRatio share of new traces that is recorded, 0 to 1
   * @param recorder null when there is nowhere to send spans: then nothing is sampled
   */
  constructor(
    private readonly sampleRatio: number,
    private readonly recorder: SpanRecorder | null,
  ) {}

  /** @param parent the span that caused this one, null to begin a new trace */
  start(name: string, kind: SpanKindName, parent: SpanParent | null): ActiveSpan {
    const sampled = parent === null ? this.isSampled() : parent.sampled;
    if (sampled && this.recorder !== null) return this.recorder.record(name, kind, parent);
    return new UnrecordedSpan(parent?.traceId ?? newTraceId(), newSpanId(), sampled);
  }

  private isSampled(): boolean {
    return this.recorder !== null && newFraction() < this.sampleRatio;
  }
}

/** Only ids: the span exists for logs and for those who continue the trace. */
class UnrecordedSpan implements ActiveSpan {
  constructor(
    readonly traceId: string,
    readonly spanId: string,
    readonly sampled: boolean,
  ) {}

  set(): void {
    // Nobody will read it.
  }

  end(): void {
    // Nobody waits for it.
  }
}

/**
 * The context of work that nothing outside caused and that no span was started for: start-up,
 * tools, tests.
 */
export function newRootContext(): MessageContext {
  const traceId = newTraceId();
  return {
    traceId,
    spanId: newSpanId(),
    sampled: false,
    correlationId: traceId,
    causationId: null,
    hops: 0,
    module: null,
  };
}

const traceparentForm = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const zeroTraceId = '0'.repeat(32);
const zeroSpanId = '0'.repeat(16);

/**
 * Reads a `traceparent` header (https://www.w3.org/TR/trace-context/#traceparent-header). Versions
 * after 00 are read by the fields that 00 has, as the specification asks.
 *
 * @returns null for anything that is not valid: the trace then begins anew
 */
export function parseTraceparent(header: string | undefined): SpanParent | null {
  const [, version, traceId, spanId, flags, rest] = traceparentForm.exec(header ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return null;
  if (traceId === zeroTraceId || spanId === zeroSpanId) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
