import { Injectable, Optional } from '@nestjs/common';
import type { z } from 'zod';
import type { FieldFault } from '#shared-kernel/domain/domain-error.js';
import { Log } from '#shared-kernel/observability/logger.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { producerOf } from './contract.js';
import { contractErrors } from './contract-errors.js';
import type { Deprecation } from './deprecation.js';

/** What the checker needs to know of a contract. */
export interface CheckedContract {
  readonly name: string;
  readonly version?: number;
  readonly producer?: string;
  readonly deprecated?: Deprecation;
}

/** `in` for what somebody receives, `out` for what he answers or publishes. */
export type CheckDirection = 'in' | 'out';

/** One check that was made, for its metric. */
export interface MadeCheck {
  readonly contract: CheckedContract;
  readonly direction: CheckDirection;
  /** Who used the contract: a reaction's id, a module, or `http`. */
  readonly consumer: string;
  readonly fits: boolean;
  readonly seconds: number;
}

/** Checks messages against their schemas where they cross a border, and counts every check. */
@Injectable()
export class ContractChecker {
  private readonly warned = new Set<string>();

  /** @param log hears of deprecated contracts; without it they are only counted */
  constructor(
    private readonly meter: Meter,
    @Optional() private readonly log?: Log,
  ) {}

  /**
   * @param consumer who uses the contract: a reaction's id, a module, or `http`; the module that
   * declares it when absent
   * @returns the parsed value
   * @throws `contracts.violated` with the contract and the paths of what is wrong
   */
  check<Value>(
    contract: CheckedContract,
    schema: z.ZodType<Value>,
    direction: CheckDirection,
    value: unknown,
    consumer: string = producerOf(contract),
  ): Value {
    const startedAt = performance.now();
    const result = schema.safeParse(value);
    const seconds = (performance.now() - startedAt) / 1_000;
    this.record({ contract, direction, consumer, fits: result.success, seconds });
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

  /** Counts a check that was made elsewhere, as HTTP input is by the pipe of its route. */
  record({ contract, direction, consumer, fits, seconds }: MadeCheck): void {
    this.meter.observe('signalbox_contract_check_duration_seconds', {}, seconds);
    this.meter.count('signalbox_contract_checks_total', {
      contract: contract.name,
      version: String(contract.version ?? 1),
      direction,
      consumer,
      outcome: fits ? 'ok' : 'violated',
    });
    if (contract.deprecated !== undefined) {
      this.recordDeprecated(contract, contract.deprecated, consumer);
    }
  }

  private recordDeprecated(
    { name, version = 1 }: CheckedContract,
    { sunset, use }: Deprecation,
    consumer: string,
  ): void {
    this.meter.count('signalbox_contract_deprecated_uses_total', {
      contract: name,
      version: String(version),
      consumer,
    });
    const key = `${name} ${version} ${consumer}`;
    if (this.warned.has(key)) return;
    this.warned.add(key);
    this.log?.warn(
      {
        'event.action': 'use-deprecated-contract',
        'labels.contract': name,
        'labels.contract_version': version,
        'labels.contract_consumer': consumer,
      },
      `${consumer} uses ${name} v${version}, which may be removed from ${sunset} on; use ${use}`,
    );
  }
}
