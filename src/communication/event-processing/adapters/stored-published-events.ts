import { Injectable } from '@nestjs/common';
import { compiled, prepared, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { absent, type Write } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { PublishedEvents, type PublishedName } from '../domain/published-events.js';

interface PublishedTable {
  tenant: string;
  source: string;
  cloud_event_id: string;
  event_id: string;
  published_at_ms: number;
}

/** Names of published events in the store. */
@Injectable()
export class StoredPublishedEvents extends PublishedEvents {
  private readonly db;
  private readonly insert;

  constructor(private readonly store: Store) {
    super();
    this.db = queryBuilder<{ published_event: PublishedTable }>(store.dialect);
    this.insert = prepared<PublishedTable>((p) =>
      this.db.insertInto('published_event').values({
        tenant: p('tenant'),
        source: p('source'),
        cloud_event_id: p('cloud_event_id'),
        event_id: p('event_id'),
        published_at_ms: p('published_at_ms'),
      }),
    );
  }

  add({ tenant, source, cloudEventId }: PublishedName, eventId: string, atMs: number): Write {
    const row = { tenant, source, cloud_event_id: cloudEventId, event_id: eventId };
    return absent(this.insert({ ...row, published_at_ms: atMs }), 'published-event-is-new');
  }

  async eventIdOf({ tenant, source, cloudEventId }: PublishedName): Promise<string | undefined> {
    const query = this.db
      .selectFrom('published_event')
      .select('event_id')
      .where('tenant', '=', tenant)
      .where('source', '=', source)
      .where('cloud_event_id', '=', cloudEventId);
    const row = await this.store.find<{ event_id: string }>(compiled(query));
    return row?.event_id;
  }
}
