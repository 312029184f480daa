import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Clock } from '#shared-kernel/domain/clock.js';
import type { EndpointAuth } from '../domain/endpoint-auth.js';
import { GuardedClient } from './guarded-client.js';
import type { ExchangeOutcome } from './guarded-exchange.js';

const answerBytesMax = 32_768;
const tokensCachedMax = 10_000;
/** A token is not used in its last tenth, and never in its last five seconds. */
const unusedShare = 0.1;
const unusedMinMs = 5_000;
/** RFC 6749 leaves the lifetime open; one that is not told is taken for short. */
const lifetimeDefaultSeconds = 300;

/** What the token server gave, or why it gave nothing. */
export type TokenOutcome =
  { readonly token: string; readonly isFresh: boolean } | { readonly failure: string };

interface CachedToken {
  readonly token: string;
  readonly usableUntilMs: number;
}

/** RFC 6749 section 5.1. Some servers write the lifetime as a text. */
const answerSchema = z.object({
  // Section A.12 of RFC 6749: visible ASCII, so that it can stand in a header.
  access_token: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .max(16_384),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.coerce.number().nonnegative().optional(),
});

/**
 * Access tokens by OAuth 2.0 client credentials (RFC 6749 section 4.4). A token is kept until
 * shortly before it ends; messages that need one at the same time wait for one request.
 */
@Injectable()
export class OAuthTokens {
  private readonly cached = new Map<string, CachedToken>();
  private readonly underWay = new Map<string, Promise<TokenOutcome>>();

  constructor(
    private readonly client: GuardedClient,
    private readonly clock: Clock,
  ) {}

  /** A token that can be used now. It never rejects. */
  tokenFor(auth: EndpointAuth, timeoutMs: number): Promise<TokenOutcome> | TokenOutcome {
    const key = keyOf(auth);
    const cached = this.cached.get(key);
    if (cached !== undefined && cached.usableUntilMs > this.clock.now()) {
      return { token: cached.token, isFresh: false };
    }
    const asked = this.underWay.get(key) ?? this.ask(key, auth, timeoutMs);
    this.underWay.set(key, asked);
    return asked;
  }

  /** Drops a token that a receiver refused; one that took its place meanwhile stays. */
  forget(auth: EndpointAuth, token: string): void {
    const key = keyOf(auth);
    if (this.cached.get(key)?.token === token) this.cached.delete(key);
  }

  private async ask(key: string, auth: EndpointAuth, timeoutMs: number): Promise<TokenOutcome> {
    const askedAtMs = this.clock.now();
    const outcome = await this.client.request({
      method: 'POST',
      url: auth.tokenUrl,
      ...formOf(auth),
      timeoutMs,
      route: null,
      keepBytesMax: answerBytesMax,
    });
    this.underWay.delete(key);
    const read = readAnswer(outcome);
    if (typeof read === 'string') return { failure: read };
    const lifetimeMs = (read.expires_in ?? lifetimeDefaultSeconds) * 1_000;
    const usableMs = lifetimeMs - Math.max(lifetimeMs * unusedShare, unusedMinMs);
    if (this.cached.size >= tokensCachedMax) this.cached.clear();
    const token = read.access_token;
    this.cached.set(key, { token, usableUntilMs: askedAtMs + usableMs });
    return { token, isFresh: true };
  }
}

/** Endpoints with the same client share a token; a change of anything asks for a new one. */
function keyOf(auth: EndpointAuth): string {
  return JSON.stringify(Object.values(auth));
}

function formOf(auth: EndpointAuth) {
  const { clientId, clientSecret, method, scope, audience } = auth;
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scope !== null) form.set('scope', scope);
  if (audience !== null) form.set('audience', audience);
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  };
  if (method === 'client_secret_basic') {
    // Section 2.3.1: both are form-encoded before they are joined.
    const pair = `${formEncoded(clientId)}:${formEncoded(clientSecret)}`;
    headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
  } else {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
  }
  return { headers, body: Buffer.from(form.toString()) };
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

/** The answer, or a failure in words that tell nothing of its body, which may hold a secret. */
function readAnswer(outcome: ExchangeOutcome): z.output<typeof answerSchema> | string {
  if (outcome.kind === 'failed') return `${outcome.stage}: ${outcome.message}`;
  if (outcome.status !== 200) return `the token server answered ${outcome.status}`;
  try {
    const text = outcome.body.toString();
    return answerSchema.parse(JSON.parse(text));
  } catch {
    return 'the token server did not answer with a bearer token';
  }
}
