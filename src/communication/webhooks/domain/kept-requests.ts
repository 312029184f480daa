import type { SourceRequest } from './source-request.js';
import type { Source } from './source.js';

/** A request that a source took or rejected before, as far as it is still there. */
export interface KeptRequest {
  readonly kind: 'webhook' | 'quarantined';
  /** Of the webhook, or of the quarantined request. */
  readonly id: string;
  readonly receivedAtMs: number;
  /** Null when its bytes have left the event log. */
  readonly request: SourceRequest | null;
}

/** What is still there of the requests at a source. */
export abstract class KeptRequests {
  /**
   * Stored webhooks and then quarantined requests, the newest of each first.
   *
   * @param limit how many of each
   * @param bytesMax bytes of bodies to read; what is past them is left out
   */
  abstract of(source: Source, limit: number, bytesMax: number): AsyncIterable<KeptRequest>;
}
