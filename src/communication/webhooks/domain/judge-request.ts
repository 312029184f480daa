import { dedupeKeyOf } from './dedupe-key-of.js';
import type { RejectionReason } from './rejection-reason.js';
import type { KnownSource } from './source-registry.js';
import type { SourceRequest } from './source-request.js';
import type { HandshakeReply, ReadRequest } from './source-scheme.js';
import type { Source } from './source.js';
import type { Webhook } from './webhook-inbox.js';

/** Ids for what a request may become. */
export interface WebhookIds {
  readonly id: string;
  readonly eventId: string;
}

/** What a request turned out to be. */
export type Judgement =
  | { readonly kind: 'rejected'; readonly reason: RejectionReason }
  | { readonly kind: 'method-not-allowed'; readonly allowed: readonly string[] }
  | ({ readonly kind: 'handshake' } & HandshakeReply)
  | { readonly kind: 'webhook'; readonly webhook: Webhook; readonly json: unknown };

/**
 * Decides what a request is: first who sent it, which only the raw bytes can tell, then what it
 * says. Content that cannot be read is flagged and never refused.
 *
 * @throws `webhooks.signing-key-unavailable` (503) when it takes keys of the provider's server and
 *   these cannot be had now
 */
export async function judgeRequest(
  { source, scheme, address, keysFor }: KnownSource,
  request: SourceRequest,
  ids: WebhookIds,
  nowMs: number,
): Promise<Judgement> {
  const read = scheme.read(atAddress(address, request), source);
  const asked = read.handshake(false);
  if (asked !== null) return { kind: 'handshake', ...asked };
  if (read.method !== 'POST') return { kind: 'method-not-allowed', allowed: scheme.methods };

  const wanted = read.wantedKeys();
  const remoteKeys = wanted === null ? [] : await keysFor(wanted);
  const verification = read.verify(nowMs, remoteKeys);
  if (verification.verdict === 'rejected') {
    return { kind: 'rejected', reason: verification.reason };
  }
  const reply = read.handshake(true);
  if (reply !== null) return { kind: 'handshake', ...reply };

  const proof = { ...ids, secretId: verification.secretId, receivedAtMs: nowMs };
  const webhook = webhookOf(source, request, read, proof);
  return { kind: 'webhook', webhook, json: read.describe().json };
}

/** The webhook of a request, once it is known whose it is. */
export function webhookOf(
  source: Source,
  { headers, body }: SourceRequest,
  read: ReadRequest,
  facts: WebhookIds & Pick<Webhook, 'secretId' | 'receivedAtMs'>,
): Webhook {
  const description = read.describe();
  return {
    ...facts,
    tenant: source.tenant,
    sourceId: source.id,
    provider: source.provider,
    eventType: description.eventType,
    deliveryId: description.deliveryId,
    dedupeKey: dedupeKeyOf(description, source.dedupeKey, headers, body),
    contentType: description.contentType,
    headers: read.headersToKeep(),
    flags: description.flags,
    bodyBytes: body.byteLength,
  };
}

/** The request under the address that its sender was given, with the query that it came with. */
export function atAddress(address: string, request: SourceRequest): SourceRequest {
  const { url = '' } = request;
  const question = url.indexOf('?');
  return { ...request, url: question === -1 ? address : address + url.slice(question) };
}
