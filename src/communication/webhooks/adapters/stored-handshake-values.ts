import { Injectable } from '@nestjs/common';
import type { Selectable } from 'kysely';
import { SecretBox } from '#shared-kernel/auth/secret-box.js';
import { Retains } from '#shared-kernel/messaging/retention/retains.js';
import { compiled, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { absent, type Write } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { type HandshakeValue, HandshakeValues } from '../domain/handshake-values.js';

interface HandshakeValueTable {
  id: string;
  tenant: string;
  source_id: string;
  /** Sealed: some providers sign with it from then on. */
  value: string;
  received_at_ms: number;
}

/** Anyone who knows the address can send one, so a source keeps only the newest few. */
const valuesOfSourceMax = 5;

/** Values of handshakes in the store. */
@Injectable()
@Retains({ forgets: [{ table: 'handshake_value', key: ['id'], since: 'received_at_ms' }] })
export class StoredHandshakeValues extends HandshakeValues {
  private readonly db;

  constructor(
    private readonly store: Store,
    private readonly secretBox: SecretBox,
  ) {
    super();
    this.db = queryBuilder<{ handshake_value: HandshakeValueTable }>(store.dialect);
  }

  keep(value: HandshakeValue): readonly Write[] {
    const insert = this.db.insertInto('handshake_value').values({
      id: value.id,
      tenant: value.tenant,
      source_id: value.sourceId,
      value: this.secretBox.seal(value.value, value.id),
      received_at_ms: value.receivedAtMs,
    });
    const newest = this.db
      .selectFrom('handshake_value')
      .select('id')
      .where('source_id', '=', value.sourceId)
      .orderBy('id', 'desc')
      .limit(valuesOfSourceMax);
    const forget = this.db
      .deleteFrom('handshake_value')
      .where('source_id', '=', value.sourceId)
      .where('id', 'not in', newest);
    return [
      absent(compiled(insert), 'handshake-value-is-new'),
      { statement: compiled(forget), expect: 'any' },
    ];
  }

  async ofSource(tenant: string, sourceId: string): Promise<readonly HandshakeValue[]> {
    const query = this.db
      .selectFrom('handshake_value')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('source_id', '=', sourceId)
      .orderBy('id', 'desc')
      .limit(valuesOfSourceMax);
    const rows = await this.store.list<Selectable<HandshakeValueTable>>(compiled(query));
    return rows.map((row) => ({
      id: row.id,
      tenant: row.tenant,
      sourceId: row.source_id,
      value: this.secretBox.open(row.value, row.id),
      receivedAtMs: row.received_at_ms,
    }));
  }
}
