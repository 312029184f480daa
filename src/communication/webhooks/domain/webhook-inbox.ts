import type { Page } from '#shared-kernel/domain/page.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import type { WebhookFlag } from './webhook-flag.js';

/** What is kept about one accepted request; its bytes are the payload of its event. */
export interface Webhook {
  readonly id: string;
  readonly tenant: string;
  readonly sourceId: string;
  readonly eventId: string;
  readonly provider: string;
  readonly eventType: string;
  readonly deliveryId: string | null;
  readonly dedupeKey: string;
  readonly contentType: string | null;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly flags: readonly WebhookFlag[];
  readonly bodyBytes: number;
  /** The secret that its signature matched. */
  readonly secretId: string;
  readonly receivedAtMs: number;
}

/** Which webhooks a list shows, newest first. */
export interface WebhookFilter {
  readonly tenant: string;
  readonly limit: number;
  /** The id before which the page begins. */
  readonly before: string | undefined;
  readonly sourceId: string | undefined;
  readonly eventType: string | undefined;
  readonly deliveryId: string | undefined;
  readonly receivedFromMs: number | undefined;
  readonly receivedBeforeMs: number | undefined;
}

/** Where accepted webhooks are kept. */
export abstract class WebhookInbox {
  /**
   * The conflict is `webhook-is-new` when its source had one with this dedupe key within the
   * window.
   */
  abstract add(webhook: Webhook): Write[];
  /** The one that has this key; its row may be gone while repeats are still recognised. */
  abstract byDedupeKey(sourceId: string, dedupeKey: string): Promise<FirstWebhook | undefined>;
  abstract byId(tenant: string, id: string): Promise<Webhook | undefined>;
  abstract byEventId(tenant: string, eventId: string): Promise<Webhook | undefined>;
  abstract list(filter: WebhookFilter): Promise<Page<Webhook>>;
  /**
   * Notes that the webhook's secret was used, to the minute: most webhooks need no write for it.
   */
  abstract noteSecretUse(webhook: Webhook): Write[];
  /** When each secret of a source was last used, in milliseconds; those never used are absent. */
  abstract secretUses(sourceId: string): Promise<ReadonlyMap<string, number>>;
}

/** The webhook that a duplicate repeats. */
export type FirstWebhook = Pick<Webhook, 'id' | 'eventId'>;
