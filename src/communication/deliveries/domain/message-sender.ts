import type { EndpointTls } from './endpoint-tls.js';
import type { SendOutcome } from './judge-outcome.js';

/** How a connection is made where the default does not do. */
export interface MessageRoute {
  readonly tls: EndpointTls | null;
  /** Origin of a forward proxy that the operator allows. */
  readonly proxy: string | null;
}

/** One HTTP POST, ready to go: signed, encoded, addressed. */
export interface OutgoingMessage {
  /** As `checkEndpointUrl` returned it. */
  readonly url: string;
  /** Names in lower case; the transport adds its own, `user-agent` and `traceparent` among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** For everything: waiting for a connection, sending, and reading the answer. */
  readonly timeoutMs: number;
  /** Null for a direct connection with the public authorities. */
  readonly route: MessageRoute | null;
}

/**
 * Sends messages to addresses that strangers chose. It never rejects: whatever goes wrong is an
 * outcome that the retry rules can judge. It refuses addresses of our own network, follows no
 * redirect, and ends in time.
 */
export abstract class MessageSender {
  abstract send(message: OutgoingMessage): Promise<SendOutcome>;
}
