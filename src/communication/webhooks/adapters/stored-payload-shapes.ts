import { Injectable } from '@nestjs/common';
import type { Selectable } from 'kysely';
import { type Page, pageOf } from '#shared-kernel/domain/page.js';
import { Retains } from '#shared-kernel/messaging/retention/retains.js';
import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { absent, always, exactlyOne, type Write } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { shapeFromJson, shapeToJson } from '../domain/payload-shape-json.js';
import {
  PayloadShapes,
  type ShapeFilter,
  type ShapeSubject,
  type ShapeSummary,
  type StoredShape,
} from '../domain/payload-shapes.js';

interface ShapeTable {
  source_id: string;
  event_type: string;
  tenant: string;
  provider: string;
  /** JSON. */
  shape: string;
  samples: number;
  places: number;
  learned_at_ms: number;
  revision: number;
}

type ShapeRow = Selectable<ShapeTable>;
type ShapeKey = Pick<ShapeSubject, 'tenant' | 'sourceId' | 'eventType'>;

/** Shapes in the store; one of a source or type that is no longer used is forgotten in time. */
@Injectable()
@Retains({
  forgets: [{ table: 'payload_shape', key: ['source_id', 'event_type'], since: 'learned_at_ms' }],
})
export class StoredPayloadShapes extends PayloadShapes {
  private readonly db;

  constructor(private readonly store: Store) {
    super();
    this.db = queryBuilder<{ payload_shape: ShapeTable }>(store.dialect);
  }

  async find({ tenant, sourceId, eventType }: ShapeKey): Promise<StoredShape | undefined> {
    const query = this.db
      .selectFrom('payload_shape')
      .selectAll()
      .where('source_id', '=', sourceId)
      .where('event_type', '=', eventType)
      .where('tenant', '=', tenant);
    const row = await this.store.find<ShapeRow>(compiled(query));
    return row && storedOf(row);
  }

  async list({ tenant, sourceId, limit, after }: ShapeFilter): Promise<Page<ShapeSummary>> {
    let query = this.db
      .selectFrom('payload_shape')
      .select(['event_type', 'samples', 'places', 'learned_at_ms'])
      .where('source_id', '=', sourceId)
      .where('tenant', '=', tenant);
    if (after !== undefined) query = query.where('event_type', '>', after);
    const page = query.orderBy('event_type').limit(limit + 1);
    const rows = await this.store.list<Omit<ShapeRow, 'shape'>>(compiled(page));
    return pageOf(
      rows,
      limit,
      (row) => row.event_type,
      ({ event_type: eventType, samples, places, learned_at_ms: learnedAtMs }) => ({
        eventType,
        samples,
        places,
        learnedAtMs,
      }),
    );
  }

  async countOf(sourceId: string): Promise<number> {
    const query = this.db
      .selectFrom('payload_shape')
      .select((e) => e.fn.countAll<number>().as('shapes'))
      .where('source_id', '=', sourceId);
    const row = await this.store.find<{ shapes: number }>(compiled(query));
    return row?.shapes ?? 0;
  }

  replace(stored: Omit<StoredShape, 'revision'>, revision: number): Write {
    const { source_id, event_type, tenant, ...changes } = rowOf(stored, revision + 1);
    if (revision === 0) {
      const values = { source_id, event_type, tenant, ...changes };
      return absent(compiled(this.db.insertInto('payload_shape').values(values)), 'shape-is-new');
    }
    const query = this.db
      .updateTable('payload_shape')
      .set(changes)
      .where('source_id', '=', source_id)
      .where('event_type', '=', event_type)
      .where('tenant', '=', tenant)
      .where('revision', '=', revision);
    return exactlyOne(compiled(query), 'shape-is-unchanged');
  }

  remove({ tenant, sourceId, eventType }: ShapeKey): Write {
    const query = this.db
      .deleteFrom('payload_shape')
      .where('source_id', '=', sourceId)
      .where('event_type', '=', eventType)
      .where('tenant', '=', tenant);
    return always(compiled(query));
  }
}

function storedOf(row: ShapeRow): StoredShape {
  return {
    subject: {
      tenant: row.tenant,
      sourceId: row.source_id,
      provider: row.provider,
      eventType: row.event_type,
    },
    shape: shapeFromJson(row.shape),
    learnedAtMs: row.learned_at_ms,
    revision: row.revision,
  };
}

function rowOf({ subject, shape, learnedAtMs }: Omit<StoredShape, 'revision'>, revision: number) {
  return {
    source_id: subject.sourceId,
    event_type: subject.eventType,
    tenant: subject.tenant,
    provider: subject.provider,
    shape: shapeToJson(shape),
    samples: shape.samples,
    places: shape.nodes,
    learned_at_ms: learnedAtMs,
    revision,
  };
}
