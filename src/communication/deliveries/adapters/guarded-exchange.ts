import type { Dispatcher } from 'undici';
import type { FailedStage } from '../domain/judge-outcome.js';
import { ConnectFailure } from './guarded-lookup.js';

/** Headers of an answer as they came, names in lower case. */
type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What came of one request: an answer with its first bytes, or the stage at which it failed. */
export type ExchangeOutcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: AnswerHeaders;
      /** The chunks that hold the first bytes to keep; the last one may hold more. */
      readonly body: Buffer;
      readonly durationMs: number;
    }
  | {
      readonly kind: 'failed';
      readonly stage: FailedStage;
      readonly message: string;
      readonly durationMs: number;
    };

/** How much of an answer is kept and read, in bytes. */
interface AnswerLimits {
  readonly keepBytesMax: number;
  readonly readBytesMax: number;
}

const noBytes = Buffer.alloc(0);

/**
 * One request and its answer. Written against the dispatcher's own callbacks, because its promise
 * API cannot be aborted before a connection stands and builds a stream for every answer.
 */
export class GuardedExchange implements Dispatcher.DispatchHandler {
  private readonly startedMs = performance.now();
  private readonly timer: NodeJS.Timeout;
  private readonly kept: Buffer[] = [];
  private controller: Dispatcher.DispatchController | null = null;
  private status = 0;
  private headers: AnswerHeaders = {};
  private answerBytes = 0;
  private settled = false;

  constructor(
    timeoutMs: number,
    private readonly limits: AnswerLimits,
    private readonly resolve: (outcome: ExchangeOutcome) => void,
  ) {
    this.timer = setTimeout(() => {
      this.fail('timeout', `${this.progress()} within ${timeoutMs} ms`);
      this.controller?.abort(new Error('the message ran out of time'));
    }, timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.settled) controller.abort(new Error('the message ran out of time in the queue'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: AnswerHeaders,
  ): void {
    if (status < 200) return;
    this.status = status;
    this.headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.answerBytes < this.limits.keepBytesMax) this.kept.push(chunk);
    this.answerBytes += chunk.length;
    if (this.answerBytes <= this.limits.readBytesMax) return;
    this.answer();
    controller.abort(new Error('the answer is longer than anybody needs'));
  }

  onResponseEnd(): void {
    this.answer();
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (error instanceof ConnectFailure) this.fail(error.stage, error.message);
    else if (this.controller !== null) this.fail('answer-broken', error.message);
    else this.fail(isOfTls(error) ? 'tls' : 'connect', error.message);
  }

  fail(stage: FailedStage, message: string): void {
    this.settle({ kind: 'failed', stage, message, durationMs: this.durationMs() });
  }

  private answer(): void {
    const { status, headers, kept } = this;
    const body = kept.length === 0 ? noBytes : Buffer.concat(kept);
    this.settle({ kind: 'answered', status, headers, body, durationMs: this.durationMs() });
  }

  private settle(outcome: ExchangeOutcome): void {
    if (this.settled) return;
    this.settled = true;
    clearTimeout(this.timer);
    this.resolve(outcome);
  }

  private progress(): string {
    if (this.controller === null) return 'no connection was free or made';
    return this.status === 0 ? 'no answer began' : 'the answer did not end';
  }

  private durationMs(): number {
    return Math.round(performance.now() - this.startedMs);
  }
}

/** Behind a forward proxy the connector of that proxy makes the connection, and its errors come. */
function isOfTls(error: Error): boolean {
  return 'code' in error && /CERT|SSL|TLS|UNABLE_TO/.test(String(error.code));
}

/** One header of an answer; the first of several. */
export function answerHeader(headers: AnswerHeaders, name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}
