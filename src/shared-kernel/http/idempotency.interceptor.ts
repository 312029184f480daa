import { createHash, randomUUID } from 'node:crypto';
import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { type ApiCaller, findCaller } from '#shared-kernel/auth/caller.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { Log } from '#shared-kernel/observability/logger.js';
import { httpErrors } from './http-errors.js';
import {
  IdempotencyStore,
  type IdempotentRequest,
  type StoredAnswer,
} from './idempotency-store.js';
import { invalidRequest } from './validation.js';

const keyPattern = /^[\x21-\x7e]{1,200}$/;
const retryAfterSeconds = 1;
/** Headers that belong to an answer and not to the one time it was sent. */
const keptHeaders = ['content-type', 'etag', 'location'];

/**
 * `Idempotency-Key` on every POST: a request that is repeated with its key gets the first answer
 * again and has no second effect
 * (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header). Failed requests
 * keep nothing, so they may be repeated or mended under the same key.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly keys: IdempotencyStore,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const key = request.method === 'POST' ? request.headers['idempotency-key'] : undefined;
    const caller = findCaller(request);
    if (key === undefined || caller === undefined) return next.handle();
    const use = useOf(checkedKey(key), request, caller);
    const reply = http.getResponse<FastifyReply>();
    const claimed = await this.keys.claim(use, this.clock.now());
    switch (claimed.kind) {
      case 'answered':
        return of(replay(reply, claimed.answer));
      case 'mismatch':
        throw httpErrors.idempotencyMismatch('Another request was sent with this key before.');
      case 'running':
        throw httpErrors.idempotencyConflict('The first request with this key has no answer yet.', {
          retryAfterSeconds,
        });
      case 'ours':
        return of(await this.run(use, next, reply));
    }
  }

  private async run(use: IdempotentRequest, next: CallHandler, reply: FastifyReply) {
    let answer: unknown;
    try {
      answer = await lastValueFrom(next.handle(), { defaultValue: undefined });
    } catch (error) {
      await this.attempt(() => this.keys.release(use));
      throw error;
    }
    await this.attempt(() => this.keys.keep(use, storedForm(answer, reply), this.clock.now()));
    return answer;
  }

  /** The effect and its answer stand, whatever becomes of the note of it. */
  private async attempt(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.log.error({ err: error }, 'the answer to an idempotent request is not kept');
    }
  }
}

function checkedKey(key: string | string[]): string {
  if (typeof key === 'string' && keyPattern.test(key)) return key;
  throw invalidRequest([
    { path: ['Idempotency-Key'], message: 'is not 1 to 200 visible ASCII characters' },
  ]);
}

function useOf(key: string, request: FastifyRequest, caller: ApiCaller): IdempotentRequest {
  const { body, url } = request;
  const content = Buffer.isBuffer(body) ? body : JSON.stringify([body]);
  const requestHash = createHash('sha256')
    .update(JSON.stringify([caller.tenant, url, request.headers['content-type']]))
    .update(content)
    .digest('base64url');
  return { owner: caller.keyId, key, requestHash, claim: randomUUID() };
}

function storedForm(answer: unknown, reply: FastifyReply): StoredAnswer {
  const headers: Record<string, string> = {};
  for (const name of keptHeaders) {
    const value = reply.getHeader(name);
    if (value !== undefined) headers[name] = String(value);
  }
  headers['content-type'] ??= 'application/json; charset=utf-8';
  const body = answer === undefined || answer === null ? null : JSON.stringify(answer);
  return { status: reply.statusCode, headers, body };
}

function replay(reply: FastifyReply, { status, headers, body }: StoredAnswer): string | undefined {
  void reply.code(status).headers({ ...headers, 'idempotency-replayed': 'true' });
  return body ?? undefined;
}
