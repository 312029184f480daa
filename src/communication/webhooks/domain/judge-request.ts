import { dedupeKeyOf } from './dedupe-key-of.js';
import { describeWebhook } from './describe-webhook.js';
import { type HandshakeAnswer, handshakeAnswer } from './handshake.js';
import type { WebhookHeaders } from './headers.js';
import { headersToKeep } from './keep-headers.js';
import type { KnownSource } from './source-registry.js';
import { type RejectionReason, verifyWebhook } from './verify-webhook.js';
import type { Webhook } from './webhook-inbox.js';

/** One request at the address of a source. */
export interface SourceRequest {
  readonly headers: WebhookHeaders;
  readonly body: Uint8Array;
}

/** Ids for what a request may become. */
export interface WebhookIds {
  readonly id: string;
  readonly eventId: string;
}

/** What a request turned out to be. */
export type Judgement =
  | { readonly kind: 'rejected'; readonly reason: RejectionReason }
  | { readonly kind: 'handshake'; readonly answer: HandshakeAnswer }
  | { readonly kind: 'webhook'; readonly webhook: Webhook };

/**
 * Decides what a request is: first who sent it, which only the raw bytes can tell, then what it
 * says. Content that cannot be read is flagged and never refused.
 */
export function judgeRequest(
  { source, scheme }: KnownSource,
  { headers, body }: SourceRequest,
  ids: WebhookIds,
  nowMs: number,
): Judgement {
  const { provider, secrets } = source;
  const verification = verifyWebhook({ scheme, secrets, headers, body, nowMs });
  if (verification.verdict === 'rejected') {
    return { kind: 'rejected', reason: verification.reason };
  }
  const description = describeWebhook(scheme, provider, headers, body);
  const answer = handshakeAnswer(scheme, description);
  if (answer !== null) return { kind: 'handshake', answer };
  const webhook: Webhook = {
    ...ids,
    tenant: source.tenant,
    sourceId: source.id,
    provider,
    eventType: description.eventType,
    deliveryId: description.deliveryId,
    dedupeKey: dedupeKeyOf(description, source.dedupeKey, headers, body),
    contentType: description.contentType,
    headers: headersToKeep(headers),
    flags: description.flags,
    bodyBytes: body.byteLength,
    secretId: verification.secretId,
    receivedAtMs: nowMs,
  };
  return { kind: 'webhook', webhook };
}
