import { StringDecoder } from 'node:string_decoder';
import { currentContext, traceparentOf } from '#shared-kernel/observability/message-context.js';
import type { SendOutcome } from '../domain/judge-outcome.js';
import { MessageSender, type OutgoingMessage } from '../domain/message-sender.js';
import type { GuardedClient } from './guarded-client.js';
import { answerHeader, type ExchangeOutcome } from './guarded-exchange.js';

const bodyStartBytesMax = 1_024;

/** Sends messages through the guarded client, in the trace of their tries. */
export class UndiciMessageSender extends MessageSender {
  /** @param userAgent names the program to receivers, on every message */
  constructor(
    private readonly client: GuardedClient,
    private readonly userAgent: string,
  ) {
    super();
  }

  async send(message: OutgoingMessage): Promise<SendOutcome> {
    const { url, body, timeoutMs, route } = message;
    const headers = this.headersOf(message);
    const keepBytesMax = bodyStartBytesMax;
    const request = { method: 'POST', url, headers, body, timeoutMs, route, keepBytesMax } as const;
    return outcomeOf(await this.client.request(request));
  }

  /** The receiver continues the trace of the try that this message belongs to. */
  private headersOf(message: OutgoingMessage): Record<string, string> {
    const headers = { 'user-agent': this.userAgent, ...message.headers };
    const context = currentContext();
    return context === undefined ? headers : { ...headers, traceparent: traceparentOf(context) };
  }
}

function outcomeOf(outcome: ExchangeOutcome): SendOutcome {
  if (outcome.kind === 'failed') return outcome;
  const { status, headers, body, durationMs } = outcome;
  const retryAfter = answerHeader(headers, 'retry-after');
  return { kind: 'answered', status, retryAfter, bodyStart: textOf(body), durationMs };
}

/** The first bytes as text: no half character at the cut, and no NUL, which PostgreSQL refuses. */
function textOf(bytes: Buffer): string {
  if (bytes.length === 0) return '';
  const isCut = bytes.length > bodyStartBytesMax;
  const decoder = new StringDecoder('utf8');
  const text = decoder.write(bytes.subarray(0, bodyStartBytesMax)) + (isCut ? '' : decoder.end());
  return text.replaceAll('\0', '\ufffd');
}
