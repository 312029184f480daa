import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { defineErrors, type FieldFault } from '#shared-kernel/domain/domain-error.js';
import { Meter } from '#shared-kernel/observability/meter.js';

const contractErrors = defineErrors('contracts', {
  violated: {
    status: 500,
    title: 'A message broke its contract',
    remedy: 'This is a fault of the program. Report it with the trace id.',
  },
});

/** What the checker needs to know of a contract. */
export interface CheckedContract {
  readonly name: string;
  readonly version?: number;
}

/** Checks messages against their schemas where they cross a border, and counts every check. */
@Injectable()
export class ContractChecker {
  constructor(private readonly meter: Meter) {}

  /**
   * @param direction `in` for what a handler receives, `out` for what it answers or publishes
   * @returns the parsed value
   * @throws `contracts.violated` with the paths of what is wrong
   */
  check<Value>(
    contract: CheckedContract,
    schema: z.ZodType<Value>,
    direction: 'in' | 'out',
    value: unknown,
  ): Value {
    const startedAt = performance.now();
    const result = schema.safeParse(value);
    const seconds = (performance.now() - startedAt) / 1_000;
    this.meter.observe('signalbox_contract_check_duration_seconds', {}, seconds);
    this.meter.count('signalbox_contract_checks_total', {
      contract: contract.name,
      version: String(contract.version ?? 1),
      direction,
      outcome: result.success ? 'ok' : 'violated',
    });
    if (result.success) return result.data;
    const fields = result.error.issues.map((issue): FieldFault => ({
      path: issue.path.map(String).join('.'),
      fault: issue.message,
    }));
    const where = fields.map(({ path, fault }) => `${path === '' ? 'it' : path}: ${fault}`);
    throw contractErrors.violated(`${contract.name} (${direction}): ${where.join('; ')}`, {
      fields,
    });
  }
}
