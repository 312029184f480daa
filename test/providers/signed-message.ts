import type { KeyObject } from 'node:crypto';
import { RequestReader } from '#communication/webhooks/domain/request-reader.js';
import { schemeOf } from '#communication/webhooks/domain/providers/registry.js';
import { verifyWebhook } from '#communication/webhooks/domain/verify-webhook.js';
import { wantedKeys } from '#communication/webhooks/domain/wanted-keys.js';
import type { Message } from '../../tools/providers/message.ts';

/** A source of ours: what somebody typed in when it was made. */
export interface OurSource {
  readonly provider: string;
  readonly secret: string;
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** Keys on the provider's server, by their address. */
  readonly remoteKeys?: Readonly<Record<string, readonly KeyObject[]>> | undefined;
}

/** The verdict of our verifier, or the reason of its refusal. */
export function ourVerdict(source: OurSource, message: Message, nowMs: number): string {
  // As the address of a source does: what is not posted is a handshake or nothing.
  if (message.method !== 'POST') return 'method-not-allowed';
  const { settings = null, secret, remoteKeys } = source;
  const scheme = schemeOf(source.provider, settings);
  const secrets = [{ id: 'sec_1', value: secret }];
  const reader = new RequestReader(message, scheme.document);
  const wanted = wantedKeys(scheme, secrets, reader);
  const keys = wanted === null ? [] : (remoteKeys?.[wanted.url] ?? []);
  const webhook = { ...message, scheme, secrets, settings, nowMs, remoteKeys: keys };
  const verification = verifyWebhook(webhook, reader);
  return verification.verdict === 'verified' ? 'verified' : verification.reason;
}
