import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { currentContext, traceparentOf } from '#shared-kernel/observability/message-context.js';
import { refusedAddressReason, type AllowedRange } from '../domain/address-guard.js';
import type { FailedStage, SendOutcome } from '../domain/judge-outcome.js';
import { MessageSender, type OutgoingMessage } from '../domain/message-sender.js';
import { ConnectFailure, guardedLookup, type ResolveAll } from './guarded-lookup.js';

const bodyStartBytesMax = 1_024;
const keepAliveMs = 4_000;
const keepAliveMaxMs = 60_000;

export interface MessageSenderOptions {
  /** Ranges that are not public and yet allowed. */
  readonly allowedRanges: readonly AllowedRange[];
  /** For name, TCP and TLS together, in milliseconds; kept to about a second. */
  readonly connectTimeoutMs: number;
  /** An answer is read up to here; then its connection is dropped. */
  readonly answerBytesMax: number;
  /** Further messages to the same origin wait, and their time runs. */
  readonly connectionsPerOriginMax: number;
  /** Names the program to receivers, on every message. */
  readonly userAgent: string;
  /** Replaces the system's resolver in tests. */
  readonly resolveAll?: ResolveAll;
}

/**
 * Sends over HTTP/1.1 with connections that are kept alive per origin. Every new connection is
 * judged by the address guard; no proxy of the environment is used, so none can get around it.
 */
export class UndiciMessageSender extends MessageSender implements OnApplicationShutdown {
  private readonly agent: Agent;
  private closing: Promise<void> | null = null;

  constructor(private readonly options: MessageSenderOptions) {
    super();
    this.agent = new Agent({
      connect: guardedConnector(options),
      connections: options.connectionsPerOriginMax,
      allowH2: false,
      pipelining: 1,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMaxMs,
      // One timer per message bounds the whole exchange; two more inside would only cost.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  send(message: OutgoingMessage): Promise<SendOutcome> {
    return new Promise((resolve) => {
      const exchange = new Exchange(message.timeoutMs, this.options.answerBytesMax, resolve);
      const url = URL.parse(message.url);
      if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
        exchange.fail('address-refused', 'not an http or https URL');
        return;
      }
      const { body } = message;
      const headers = this.headersOf(message);
      const path = url.pathname + url.search;
      this.agent.dispatch({ origin: url.origin, path, method: 'POST', headers, body }, exchange);
    });
  }

  /** The receiver continues the trace of the try that this message belongs to. */
  private headersOf(message: OutgoingMessage): Record<string, string> {
    const headers = { 'user-agent': this.options.userAgent, ...message.headers };
    const context = currentContext();
    return context === undefined ? headers : { ...headers, traceparent: traceparentOf(context) };
  }

  /** Waits for the messages that are under way, each at most its own timeout, and disconnects. */
  close(): Promise<void> {
    this.closing ??= this.agent.close();
    return this.closing;
  }

  /** What is still under way was given back to the queue, and is tried again after the start. */
  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }
}

/**
 * One message and its answer. Written against the dispatcher's own callbacks, because its promise
 * API cannot be aborted before a connection stands and builds a stream for every answer.
 */
class Exchange implements Dispatcher.DispatchHandler {
  private readonly startedMs = performance.now();
  private readonly timer: NodeJS.Timeout;
  private readonly bodyStart: Buffer[] = [];
  private controller: Dispatcher.DispatchController | null = null;
  private status = 0;
  private retryAfter: string | null = null;
  private answerBytes = 0;
  private settled = false;

  constructor(
    timeoutMs: number,
    private readonly answerBytesMax: number,
    private readonly resolve: (outcome: SendOutcome) => void,
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
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.status = status;
    const retryAfter = headers['retry-after'];
    this.retryAfter = (Array.isArray(retryAfter) ? retryAfter[0] : retryAfter) ?? null;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.answerBytes < bodyStartBytesMax) this.bodyStart.push(chunk);
    this.answerBytes += chunk.length;
    if (this.answerBytes <= this.answerBytesMax) return;
    this.answer();
    controller.abort(new Error('the answer is longer than anybody needs'));
  }

  onResponseEnd(): void {
    this.answer();
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (error instanceof ConnectFailure) this.fail(error.stage, error.message);
    else this.fail(this.controller === null ? 'connect' : 'answer-broken', error.message);
  }

  fail(stage: FailedStage, message: string): void {
    this.settle({ kind: 'failed', stage, message, durationMs: this.durationMs() });
  }

  private answer(): void {
    const { status, retryAfter } = this;
    const bodyStart = textOf(Buffer.concat(this.bodyStart));
    this.settle({ kind: 'answered', status, retryAfter, bodyStart, durationMs: this.durationMs() });
  }

  private settle(outcome: SendOutcome): void {
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

/** The first bytes as text: no half character at the cut, and no NUL, which PostgreSQL refuses. */
function textOf(bytes: Buffer): string {
  const isCut = bytes.length > bodyStartBytesMax;
  const decoder = new StringDecoder('utf8');
  const text = decoder.write(bytes.subarray(0, bodyStartBytesMax)) + (isCut ? '' : decoder.end());
  return text.replaceAll('\0', '\ufffd');
}

/** Sockets ask a lookup only for names, so addresses in the URL are judged here. */
function guardedConnector(options: MessageSenderOptions): buildConnector.connector {
  const { allowedRanges, connectTimeoutMs, resolveAll = lookup } = options;
  const connect = buildConnector({
    lookup: guardedLookup(allowedRanges, resolveAll),
    timeout: connectTimeoutMs,
    allowH2: false,
  });
  return (target, callback) => {
    const { hostname, protocol } = target;
    const reason = isIP(hostname) === 0 ? null : refusedAddressReason(hostname, allowedRanges);
    if (reason !== null) {
      const failure = new ConnectFailure('address-refused', `the URL points to ${reason}`);
      process.nextTick(callback, failure, null);
      return;
    }
    connect(target, (...[error, socket]) => {
      if (error === null) callback(null, socket);
      else callback(connectFailureOf(error, protocol), null);
    });
  };
}

function connectFailureOf(error: Error, protocol: string): ConnectFailure {
  if (error instanceof ConnectFailure) return error;
  // All addresses failed: the sum has no message of its own, its first part has.
  const parts: unknown[] = 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
  const message = [error, ...parts].map(messageOf).find((text) => text !== '') ?? error.name;
  const isTransport =
    parts.length > 0 ||
    ('syscall' in error && error.syscall === 'connect') ||
    ('code' in error && error.code === 'UND_ERR_CONNECT_TIMEOUT');
  return new ConnectFailure(protocol === 'https:' && !isTransport ? 'tls' : 'connect', message);
}

function messageOf(error: unknown): string {
  // Not instanceof: errors of Node's own modules can belong to another realm.
  const isError = typeof error === 'object' && error !== null && 'message' in error;
  return isError ? String(error.message) : '';
}
