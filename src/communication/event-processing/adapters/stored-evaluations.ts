import { Injectable } from '@nestjs/common';
import type { Selectable } from 'kysely';
import { Retains } from '#shared-kernel/messaging/retention/retains.js';
import { compiled, prepared, queryBuilder } from '#shared-kernel/persistence/sql.js';
import { always, type Write } from '#shared-kernel/persistence/statement.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { type RuleEvaluation, RuleEvaluations } from '../domain/rule-evaluations.js';

interface EvaluationTable {
  event_id: string;
  tenant: string;
  /** JSON. */
  matched: string;
  /** JSON. */
  unmatched: string;
  unmatched_count: number;
  evaluated_at_ms: number;
}

type EvaluationRow = Selectable<EvaluationTable>;

/** Evaluations in the store, one row for each time that an event was judged. */
@Injectable()
@Retains({
  forgets: [
    { table: 'rule_evaluation', key: ['event_id'], since: 'evaluated_at_ms' },
    {
      table: 'published_event',
      key: ['tenant', 'source', 'cloud_event_id'],
      since: 'published_at_ms',
    },
  ],
})
export class StoredEvaluations extends RuleEvaluations {
  private readonly db;
  private readonly insert;

  constructor(private readonly store: Store) {
    super();
    this.db = queryBuilder<{ rule_evaluation: EvaluationTable }>(store.dialect);
    this.insert = prepared<EvaluationRow>((p) =>
      this.db
        .insertInto('rule_evaluation')
        .values({
          event_id: p('event_id'),
          tenant: p('tenant'),
          matched: p('matched'),
          unmatched: p('unmatched'),
          unmatched_count: p('unmatched_count'),
          evaluated_at_ms: p('evaluated_at_ms'),
        })
        .onConflict((c) => c.columns(['event_id', 'evaluated_at_ms']).doNothing()),
    );
  }

  add(evaluation: RuleEvaluation): Write {
    return always(
      this.insert({
        event_id: evaluation.eventId,
        tenant: evaluation.tenant,
        matched: JSON.stringify(evaluation.matched),
        unmatched: JSON.stringify(evaluation.unmatched),
        unmatched_count: evaluation.unmatchedCount,
        evaluated_at_ms: evaluation.evaluatedAtMs,
      }),
    );
  }

  async ofEvent(tenant: string, eventId: string): Promise<RuleEvaluation[]> {
    const query = this.db
      .selectFrom('rule_evaluation')
      .selectAll()
      .where('event_id', '=', eventId)
      .where('tenant', '=', tenant)
      .orderBy('evaluated_at_ms');
    return (await this.store.list<EvaluationRow>(compiled(query))).map(evaluationOf);
  }
}

function evaluationOf(row: EvaluationRow): RuleEvaluation {
  return {
    eventId: row.event_id,
    tenant: row.tenant,
    matched: JSON.parse(row.matched) as RuleEvaluation['matched'],
    unmatched: JSON.parse(row.unmatched) as RuleEvaluation['unmatched'],
    unmatchedCount: row.unmatched_count,
    evaluatedAtMs: row.evaluated_at_ms,
  };
}
