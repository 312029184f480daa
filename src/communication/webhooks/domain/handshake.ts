import type { WebhookDescription } from './describe-webhook.js';
import { valueAt } from './json-path.js';
import type { ProviderScheme } from './provider-scheme.js';

/** The whole answer to a provider that asks whether this address is ours. */
export interface HandshakeAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const challengeCharactersMax = 1_000;

/**
 * The answer that a handshake wants, or null when the webhook is an ordinary one. Ask only about a
 * verified webhook: the answer repeats what the sender wrote, as plain text, so that no browser
 * ever runs it.
 *
 * Source: https://docs.slack.dev/reference/events/url_verification
 */
export function handshakeAnswer(
  scheme: ProviderScheme,
  description: WebhookDescription,
): HandshakeAnswer | null {
  const { handshake } = scheme;
  if (handshake === undefined) return null;
  if (valueAt(description.json, handshake.path) !== handshake.equals) return null;
  const challenge = valueAt(description.json, handshake.echo);
  if (typeof challenge !== 'string' || challenge.length > challengeCharactersMax) return null;
  return { status: 200, contentType: 'text/plain; charset=utf-8', body: challenge };
}
