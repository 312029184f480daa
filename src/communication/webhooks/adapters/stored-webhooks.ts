import { Injectable } from '@nestjs/common';
import type { Selectable } from 'kysely';
import { type Page, pageOf } from '#shared-kernel/domain/page.js';
import { Retains } from '#shared-kernel/messaging/retention/retains.js';
import { compiled, prepared, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { absent, always, type Write } from '#shared-kernel/persistence/statement.js';
import { type Row, Store } from '#shared-kernel/persistence/store.js';
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

/**
 * The one place that tells whether a webhook is a repeat. It outlives the webhook's row or the
 * other way round, as the two settings have it.
 */
interface SeenTable {
  source_id: string;
  dedupe_key: string;
  webhook_id: string;
  event_id: string;
  received_at_ms: number;
}

interface SecretUseTable {
  source_id: string;
  secret_id: string;
  last_used_at_ms: number;
}

type WebhookRow = Selectable<WebhookTable>;
type SeenRow = Selectable<SeenTable>;

/** How exactly the last use of a secret is known. */
const useIntervalMs = 60_000;
/** Secrets whose last use is remembered; all are forgotten past it, which costs a write each. */
const usesMax = 10_000;

/** Accepted webhooks in the store. */
@Injectable()
@Retains({
  forgets: [
    { table: 'webhook', key: ['id'], since: 'received_at_ms' },
    {
      table: 'webhook_seen',
      key: ['source_id', 'dedupe_key'],
      since: 'received_at_ms',
      limit: 'dedupeWindowDays',
    },
  ],
})
export class StoredWebhooks extends WebhookInbox {
  private readonly db;
  private readonly insert;
  private readonly markSeen;
  private readonly firstSeen;
  private readonly noted = new Map<string, number>();

  constructor(private readonly store: Store) {
    super();
    this.db = queryBuilder<{
      webhook: WebhookTable;
      webhook_seen: SeenTable;
      source_secret_use: SecretUseTable;
    }>(store.dialect);
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
    this.markSeen = prepared<SeenRow>((p) =>
      this.db.insertInto('webhook_seen').values({
        source_id: p('source_id'),
        dedupe_key: p('dedupe_key'),
        webhook_id: p('webhook_id'),
        event_id: p('event_id'),
        received_at_ms: p('received_at_ms'),
      }),
    );
    this.firstSeen = prepared<Pick<SeenRow, 'source_id' | 'dedupe_key'>>((p) =>
      this.db
        .selectFrom('webhook_seen')
        .select(['webhook_id as id', 'event_id as eventId'])
        .where('source_id', '=', p('source_id'))
        .where('dedupe_key', '=', p('dedupe_key')),
    );
  }

  add(webhook: Webhook): Write[] {
    return [
      absent(this.markSeen(seenRowOf(webhook)), 'webhook-is-new'),
      absent(this.insert(rowOf(webhook)), 'webhook-id-is-new'),
    ];
  }

  async byDedupeKey(sourceId: string, dedupeKey: string): Promise<FirstWebhook | undefined> {
    const first = this.firstSeen({ source_id: sourceId, dedupe_key: dedupeKey });
    return this.store.find<{ id: string; eventId: string }>(first);
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

  noteSecretUse({ sourceId, secretId, receivedAtMs }: Webhook): Write[] {
    const notedAtMs = this.noted.get(secretId) ?? -useIntervalMs;
    if (Math.abs(receivedAtMs - notedAtMs) < useIntervalMs) return [];
    if (this.noted.size >= usesMax) this.noted.clear();
    this.noted.set(secretId, receivedAtMs);
    const query = this.db
      .insertInto('source_secret_use')
      .values({ source_id: sourceId, secret_id: secretId, last_used_at_ms: receivedAtMs })
      .onConflict((conflict) =>
        conflict
          .columns(['source_id', 'secret_id'])
          .doUpdateSet({ last_used_at_ms: receivedAtMs })
          .where('source_secret_use.last_used_at_ms', '<', receivedAtMs),
      );
    return [always(compiled(query))];
  }

  async secretUses(sourceId: string): Promise<ReadonlyMap<string, number>> {
    const query = this.db
      .selectFrom('source_secret_use')
      .selectAll()
      .where('source_id', '=', sourceId);
    const rows = await this.store.list<SecretUseTable & Row>(compiled(query));
    return new Map(rows.map((row) => [row.secret_id, row.last_used_at_ms]));
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

function seenRowOf(webhook: Webhook): SeenRow {
  return {
    source_id: webhook.sourceId,
    dedupe_key: webhook.dedupeKey,
    webhook_id: webhook.id,
    event_id: webhook.eventId,
    received_at_ms: webhook.receivedAtMs,
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
