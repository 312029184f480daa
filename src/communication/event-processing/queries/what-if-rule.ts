import { type IQueryHandler, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { decodeCursor, pageSizeMax } from '#shared-kernel/domain/page.js';
import { EventLogReader } from '#shared-kernel/messaging/event-log-reader.js';
import { eventRecordOf, type EventRow } from '#shared-kernel/messaging/event-row.js';
import { checkActions } from '../commands/check-actions.js';
import { RuleBook } from '../domain/rule-book.js';
import { patchRule, rulePatchSchema } from '../domain/rule-patch.js';
import { RuleWhatIf, ruleWhatIfResult } from '../domain/rule-what-if.js';
import { type Rule, ruleDefinition } from '../domain/rule.js';
import { eventErrors } from '../errors.js';
import { matchableOfEvent, matchedEvents } from './matchable-of-event.js';

/** Bytes of payloads that one answer reads: more would hold up everybody else. */
const bytesMax = 64 * 1024 * 1024;

const limit = z
  .int()
  .min(1)
  .max(1_000)
  .default(200)
  .meta({ description: 'Newest events of the log to look at; 64 MiB in all.' });

/** A rule that is only thought of: a new one, or one that there is with a patch. */
export const ruleWhatIfInput = z.union([
  z.strictObject({ rule: ruleDefinition, limit }),
  z.strictObject({ id: z.string().max(100), patch: rulePatchSchema, limit }),
]);
type RuleWhatIfInput = z.infer<typeof ruleWhatIfInput>;

/** Says which of the last events a rule would match otherwise, and changes nothing. */
export class WhatIfRule extends defineQuery({
  name: 'event-processing.what-if-rule',
  input: z.strictObject({ tenant: z.string(), whatIf: ruleWhatIfInput }),
  result: ruleWhatIfResult,
}) {}

@QueryHandler(WhatIfRule)
export class WhatIfRuleHandler implements IQueryHandler<WhatIfRule> {
  constructor(
    private readonly rules: RuleBook,
    private readonly events: EventLogReader,
    private readonly queries: QueryBus,
  ) {}

  async execute({ input: { tenant, whatIf } }: WhatIfRule) {
    const { today, changed } = await this.rulesOf(tenant, whatIf);
    await checkActions(this.queries, tenant, changed.actions);
    const comparison = new RuleWhatIf(today, changed);
    for await (const row of this.newest(tenant, whatIf.limit)) {
      comparison.add(row.id, matchableOfEvent(eventRecordOf(row), JSON.parse(row.data)));
    }
    return comparison.result();
  }

  private async rulesOf(
    tenant: string,
    whatIf: RuleWhatIfInput,
  ): Promise<{ today: Rule | null; changed: Rule }> {
    if ('rule' in whatIf) {
      const changed = { ...whatIf.rule, id: 'what-if', tenant, revision: 1, createdAtMs: 0 };
      return { today: null, changed };
    }
    const today = await this.rules.byId(tenant, whatIf.id);
    if (today === undefined) throw eventErrors.ruleNotFound(`There is no rule ${whatIf.id}.`);
    return { today, changed: patchRule(today, whatIf.patch) };
  }

  /** Events that rules are asked about, with their payloads. */
  private async *newest(tenant: string, count: number): AsyncGenerator<EventRow> {
    const all = {
      type: undefined,
      source: undefined,
      correlationId: undefined,
      occurredFromMs: undefined,
      occurredBeforeMs: undefined,
      derived: true,
    };
    let before: number | undefined;
    let left = count;
    let bytes = 0;
    do {
      const page = { tenant, limit: Math.min(pageSizeMax, left), before };
      const { items, next } = await this.events.list({ ...all, ...page });
      for (const { id, name, payload_bytes } of items) {
        if (!matchedEvents.some(({ contract }) => contract.name === name)) continue;
        bytes += payload_bytes ?? 0;
        if (bytes > bytesMax) return;
        const row = await this.events.byId(tenant, id);
        if (row !== undefined) yield row;
      }
      left -= items.length;
      before = next === null ? undefined : Number(decodeCursor(next));
    } while (before !== undefined && left > 0);
  }
}
