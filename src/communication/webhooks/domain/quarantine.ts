import type { Page } from '#shared-kernel/domain/page.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import { presentHeaders, type WebhookHeaders } from './headers.js';
import type { RejectionReason } from './rejection-reason.js';

/** A request that a source rejected, as it is kept beside its body. */
export interface QuarantinedRequest {
  readonly id: string;
  readonly tenant: string;
  readonly sourceId: string;
  readonly reason: RejectionReason;
  readonly method: string;
  /** Path and query, as the sender wrote them. */
  readonly url: string;
  /** Address of the sender, null when it is not known. */
  readonly address: string | null;
  /** All of them, credentials too: they may be what proves the sender. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly bodyBytes: number;
  readonly receivedAtMs: number;
  readonly expiresAtMs: number;
}

/** Which quarantined requests are meant; what is undefined does not matter. */
export interface QuarantineFilter {
  readonly tenant: string;
  readonly sourceId?: string | undefined;
  readonly reason?: RejectionReason | undefined;
  /** Received at this time or later, in milliseconds. */
  readonly fromMs?: number | undefined;
  /** Received before this time. */
  readonly toMs?: number | undefined;
}

/** A request that was just rejected. */
export type RejectedRequest = Omit<QuarantinedRequest, 'bodyBytes' | 'expiresAtMs'> & {
  readonly body: Uint8Array;
};

/** What a source that rejected a request keeps of it. */
export function rejectedRequest(
  { id: sourceId, tenant }: { readonly id: string; readonly tenant: string },
  { method = 'POST', url = '', address = null, headers, body }: ReceivedRequest,
  reason: RejectionReason,
  id: string,
  receivedAtMs: number,
): RejectedRequest {
  const request = { method, url, address, headers: presentHeaders(headers), body };
  return { ...request, id, tenant, sourceId, reason, receivedAtMs };
}

/** A request as it came, with what is known of where it came from and to. */
interface ReceivedRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly address?: string | null | undefined;
  readonly headers: WebhookHeaders;
  readonly body: Uint8Array;
}

/**
 * Where rejected requests are kept for a while. Changes are writes that the caller commits. What
 * has expired is not there any more, whether or not its row is.
 */
export abstract class Quarantine {
  /**
   * Keeps a request, and lets go of the oldest of its source past the limits. Nothing is written
   * when a source was sent too many at once: whoever attacks it must not slow the others.
   */
  abstract keep(request: RejectedRequest): Write[];
  abstract byId(tenant: string, id: string): Promise<QuarantinedRequest | undefined>;
  abstract bodyOf(id: string): Promise<Uint8Array | undefined>;
  /** Newest first, from the one before `before`. */
  abstract list(
    filter: QuarantineFilter,
    page: { readonly limit: number; readonly before: string | undefined },
  ): Promise<Page<QuarantinedRequest>>;
  /** Ids, oldest first, behind `after`. */
  abstract ids(
    filter: QuarantineFilter,
    page: { readonly limit: number; readonly after: string | undefined },
  ): Promise<string[]>;
  /** Fails with the conflict `request-is-quarantined` when it has left already. */
  abstract remove(id: string): Write;
  /** Removes up to `limit` of them, with a RETURNING row for each. */
  abstract removeSome(filter: QuarantineFilter, limit: number): Write;
  abstract removeOfSource(sourceId: string): Write;
}
