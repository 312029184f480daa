import { Injectable } from '@nestjs/common';
import type { Selectable } from 'kysely';
import { type Page, pageOf } from '#shared-kernel/domain/page.js';
import { Retains } from '#shared-kernel/messaging/retention/retains.js';
import { compiled, prepared, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { absent, type Write } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import {
  type FirstWebhook,
  type Webhook,
  type WebhookFilter,
  WebhookInbox,
} from '../domain/webhook-inbox.js';

interface WebhookTable {
  id: string;
  tenant: string;
  source_id: string;
  event_id: string;
  provider: string;
  event_type: string;
  delivery_id: string | null;
  dedupe_key: string;
  content_type: string | null;
  /** JSON. */
  headers: string;
  /** JSON. */
  flags: string;
  body_bytes: number;
  secret_id: string;
  received_at_ms: number;
}

type WebhookRow = Selectable<WebhookTable>;

/** Accepted webhooks in the store. */
@Injectable()
@Retains({ forgets: [{ table: 'webhook', key: ['id'], since: 'received_at_ms' }] })
export class StoredWebhooks extends WebhookInbox {
  private readonly db;
  private readonly insert;

  constructor(private readonly store: Store) {
    super();
    this.db = queryBuilder<{ webhook: WebhookTable }>(store.dialect);
    this.insert = prepared<WebhookRow>((p) =>
      this.db.insertInto('webhook').values({
        id: p('id'),
        tenant: p('tenant'),
        source_id: p('source_id'),
        event_id: p('event_id'),
        provider: p('provider'),
        event_type: p('event_type'),
        delivery_id: p('delivery_id'),
        dedupe_key: p('dedupe_key'),
        content_type: p('content_type'),
        headers: p('headers'),
        flags: p('flags'),
        body_bytes: p('body_bytes'),
        secret_id: p('secret_id'),
        received_at_ms: p('received_at_ms'),
      }),
    );
  }

  add(webhook: Webhook): Write {
    return absent(this.insert(rowOf(webhook)), 'webhook-is-new');
  }

  async byDedupeKey(sourceId: string, dedupeKey: string): Promise<FirstWebhook | undefined> {
    const query = this.db
      .selectFrom('webhook')
      .select(['id', 'event_id as eventId'])
      .where('source_id', '=', sourceId)
      .where('dedupe_key', '=', dedupeKey);
    return this.store.find<{ id: string; eventId: string }>(compiled(query));
  }

  async byId(tenant: string, id: string): Promise<Webhook | undefined> {
    return this.oneWhere(tenant, 'id', id);
  }

  async byEventId(tenant: string, eventId: string): Promise<Webhook | undefined> {
    return this.oneWhere(tenant, 'event_id', eventId);
  }

  async list(filter: WebhookFilter): Promise<Page<Webhook>> {
    const { tenant, limit, before, sourceId, eventType, deliveryId } = filter;
    const { receivedFromMs, receivedBeforeMs } = filter;
    let query = this.db.selectFrom('webhook').selectAll().where('tenant', '=', tenant);
    if (before !== undefined) query = query.where('id', '<', before);
    if (sourceId !== undefined) query = query.where('source_id', '=', sourceId);
    if (eventType !== undefined) query = query.where('event_type', '=', eventType);
    if (deliveryId !== undefined) query = query.where('delivery_id', '=', deliveryId);
    if (receivedFromMs !== undefined) query = query.where('received_at_ms', '>=', receivedFromMs);
    if (receivedBeforeMs !== undefined) {
      query = query.where('received_at_ms', '<', receivedBeforeMs);
    }
    const page = query.orderBy('id', 'desc').limit(limit + 1);
    const rows = await this.store.list<WebhookRow>(compiled(page));
    return pageOf(rows, limit, (row) => row.id, webhookOf);
  }

  private async oneWhere(
    tenant: string,
    column: 'id' | 'event_id',
    value: string,
  ): Promise<Webhook | undefined> {
    const query = this.db
      .selectFrom('webhook')
      .selectAll()
      .where(column, '=', value)
      .where('tenant', '=', tenant);
    const row = await this.store.find<WebhookRow>(compiled(query));
    return row && webhookOf(row);
  }
}

function webhookOf(row: WebhookRow): Webhook {
  return {
    id: row.id,
    tenant: row.tenant,
    sourceId: row.source_id,
    eventId: row.event_id,
    provider: row.provider,
    eventType: row.event_type,
    deliveryId: row.delivery_id,
    dedupeKey: row.dedupe_key,
    contentType: row.content_type,
    headers: JSON.parse(row.headers) as Webhook['headers'],
    flags: JSON.parse(row.flags) as Webhook['flags'],
    bodyBytes: row.body_bytes,
    secretId: row.secret_id,
    receivedAtMs: row.received_at_ms,
  };
}

function rowOf(webhook: Webhook): WebhookRow {
  return {
    id: webhook.id,
    tenant: webhook.tenant,
    source_id: webhook.sourceId,
    event_id: webhook.eventId,
    provider: webhook.provider,
    event_type: webhook.eventType,
    delivery_id: webhook.deliveryId,
    dedupe_key: webhook.dedupeKey,
    content_type: webhook.contentType,
    headers: JSON.stringify(webhook.headers),
    flags: JSON.stringify(webhook.flags),
    body_bytes: webhook.bodyBytes,
    secret_id: webhook.secretId,
    received_at_ms: webhook.receivedAtMs,
  };
}
