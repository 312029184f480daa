import { Injectable } from '@nestjs/common';
import { decodeCursor, type Page, pageSizeMax } from '#shared-kernel/domain/page.js';
import { EventLogReader } from '#shared-kernel/messaging/event-log-reader.js';
import { type KeptRequest, KeptRequests } from '../domain/kept-requests.js';
import { Quarantine } from '../domain/quarantine.js';
import type { Source } from '../domain/source.js';
import { type Webhook, WebhookInbox } from '../domain/webhook-inbox.js';

/** Requests in the inbox, whose bytes the event log holds, and in quarantine. */
@Injectable()
export class StoredKeptRequests extends KeptRequests {
  constructor(
    private readonly inbox: WebhookInbox,
    private readonly quarantine: Quarantine,
    private readonly events: EventLogReader,
  ) {
    super();
  }

  async *of(source: Source, limit: number, bytesMax: number): AsyncGenerator<KeptRequest> {
    let bytes = 0;
    for await (const webhook of this.webhooksOf(source, limit)) {
      bytes += webhook.bodyBytes;
      if (bytes > bytesMax) return;
      yield await this.keptWebhook(source, webhook);
    }
    const { tenant, id: sourceId } = source;
    const rejected = await newest(limit, (page) =>
      this.quarantine.list({ tenant, sourceId }, page),
    );
    for (const { id, receivedAtMs, bodyBytes, ...request } of rejected) {
      bytes += bodyBytes;
      if (bytes > bytesMax) return;
      const body = await this.quarantine.bodyOf(id);
      // It has left meanwhile.
      if (body === undefined) continue;
      yield { kind: 'quarantined', id, receivedAtMs, request: { ...request, body } };
    }
  }

  private async *webhooksOf({ tenant, id: sourceId }: Source, limit: number) {
    const everyOther = {
      eventType: undefined,
      deliveryId: undefined,
      receivedFromMs: undefined,
      receivedBeforeMs: undefined,
    };
    yield* await newest(limit, (page) =>
      this.inbox.list({ ...everyOther, ...page, tenant, sourceId }),
    );
  }

  private async keptWebhook({ token }: Source, webhook: Webhook): Promise<KeptRequest> {
    const { id, tenant, eventId, headers, receivedAtMs } = webhook;
    const event = await this.events.byId(tenant, eventId);
    const url = `/hooks/${token}`;
    const body = event?.payload ?? new Uint8Array();
    const request = event === undefined ? null : { method: 'POST', url, headers, body };
    return { kind: 'webhook', id, receivedAtMs, request };
  }
}

/** The first items of a list, page by page. */
async function newest<Item>(
  count: number,
  read: (page: { limit: number; before: string | undefined }) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items: Item[] = [];
  let before: string | undefined;
  do {
    const page = await read({ limit: Math.min(pageSizeMax, count - items.length), before });
    items.push(...page.items);
    before = page.next === null ? undefined : String(decodeCursor(page.next));
  } while (before !== undefined && items.length < count);
  return items;
}
