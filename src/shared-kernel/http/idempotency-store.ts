import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { SecretBox } from '#shared-kernel/auth/secret-box.js';
import { OwnsTables } from '#shared-kernel/persistence/migration.js';
import { absent, always, exactlyOne } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { idempotencyStatements } from './idempotency-statements.js';
import { httpMigrations } from './http.migrations.js';

/** One use of an idempotency key: whose it is, and which request it stands for. */
export interface IdempotentRequest {
  readonly owner: string;
  readonly key: string;
  readonly requestHash: string;
  /** Names this run, so that a run that was given up cannot write over its successor. */
  readonly claim: string;
}

/** The answer that was given, as it is sent again. */
const storedAnswerSchema = z.object({
  status: z.number(),
  headers: z.string().transform((json) => z.record(z.string(), z.string()).parse(JSON.parse(json))),
  body: z.string().nullable(),
});

export type StoredAnswer = z.output<typeof storedAnswerSchema>;

/**
 * What a claim met: nothing (`ours`), the answer of an earlier run, a run under way, or another
 * request.
 */
export type ClaimOutcome =
  | { readonly kind: 'ours' | 'running' | 'mismatch' }
  | { readonly kind: 'answered'; readonly answer: StoredAnswer };

/** A run that has not answered by then is dead: the process stopped in the middle of it. */
const claimLifetimeMs = 60_000;
const answerLifetimeMs = 24 * 60 * 60 * 1_000;
const cleaningIntervalMs = 60_000;

const rowSchema = z.object({
  request_hash: z.string(),
  claim: z.string(),
  status: z.number().nullable(),
  expires_at_ms: z.number(),
});

/** The table of idempotency keys: claimed before a request runs, filled with its answer after. */
@Injectable()
@OwnsTables(httpMigrations)
export class IdempotencyStore {
  private readonly sql;
  private cleanedAtMs = 0;

  constructor(
    private readonly store: Store,
    private readonly secretBox: SecretBox,
  ) {
    this.sql = idempotencyStatements(store.dialect);
  }

  async claim(request: IdempotentRequest, nowMs: number): Promise<ClaimOutcome> {
    const { owner, key, claim, requestHash } = request;
    const expiresAtMs = nowMs + claimLifetimeMs;
    const insert = this.sql.insert({ owner, key, requestHash, claim, expiresAtMs });
    const inserted = await this.store.commit([
      ...this.cleaning(nowMs),
      absent(insert, 'idempotency-key-is-new'),
    ]);
    if (inserted.committed) return { kind: 'ours' };
    const found = await this.store.find(this.sql.find({ owner, key }));
    // It expired between the two steps: a repeat a moment later finds the way clear.
    if (found === undefined) return { kind: 'running' };
    const row = rowSchema.parse(found);
    if (row.expires_at_ms <= nowMs) return this.takeOver(request, row.claim, expiresAtMs);
    if (row.request_hash !== requestHash) return { kind: 'mismatch' };
    if (row.status === null) return { kind: 'running' };
    const answer = storedAnswerSchema.parse(found);
    const body = answer.body === null ? null : this.secretBox.open(answer.body, rowIdOf(request));
    return { kind: 'answered', answer: { ...answer, body } };
  }

  /** Keeps the answer for a day; without effect when the claim was given up meanwhile. */
  async keep(request: IdempotentRequest, answer: StoredAnswer, nowMs: number): Promise<void> {
    const { owner, key, claim } = request;
    const { status } = answer;
    // An answer may show a new secret, the only time that it is seen in the clear.
    const body = answer.body === null ? null : this.secretBox.seal(answer.body, rowIdOf(request));
    const headers = JSON.stringify(answer.headers);
    const expiresAtMs = nowMs + answerLifetimeMs;
    const values = { owner, key, claim, status, headers, body, expiresAtMs };
    await this.store.commit([always(this.sql.keep(values))]);
  }

  /** Gives the key back after a failure, so that the sender can repeat or mend the request. */
  async release({ owner, key, claim }: IdempotentRequest): Promise<void> {
    await this.store.commit([always(this.sql.release({ owner, key, claim }))]);
  }

  private async takeOver(
    { owner, key, claim, requestHash }: IdempotentRequest,
    deadClaim: string,
    expiresAtMs: number,
  ): Promise<ClaimOutcome> {
    const takeOver = this.sql.takeOver({ owner, key, claim, requestHash, deadClaim, expiresAtMs });
    const taken = await this.store.commit([exactlyOne(takeOver, 'idempotency-claim-is-dead')]);
    return { kind: taken.committed ? 'ours' : 'running' };
  }

  /** Expired rows go along with a claim now and then, which needs no timer of its own. */
  private cleaning(nowMs: number) {
    if (nowMs - this.cleanedAtMs < cleaningIntervalMs) return [];
    this.cleanedAtMs = nowMs;
    return [always(this.sql.clean({ nowMs }))];
  }
}

function rowIdOf({ owner, key }: IdempotentRequest): string {
  return `idempotency_key ${owner} ${key}`;
}
