import type { Generated, Selectable } from 'kysely';
import type {
  CheckedContract,
  ContractChecker,
} from '#shared-kernel/contracts/contract-checker.js';
import type { MessageClass, MessageContract } from '#shared-kernel/contracts/message-contract.js';
import { newId } from '#shared-kernel/domain/ids.js';
import {
  type MessageContext,
  traceparentOf,
} from '#shared-kernel/observability/message-context.js';
import type { ClaimedCommand, QueuedCommand, QueuedCommandState } from './queued-command.js';
import { scheduleErrors } from './schedule-errors.js';

/** The queue's table. `ready_at_ms` stays; `due_at_ms` moves with claims and retries. */
interface QueuedCommandTable {
  position: Generated<number>;
  id: string;
  name: string;
  version: number;
  input: string;
  tenant: string;
  key: string | null;
  state: QueuedCommandState;
  ready_at_ms: number;
  due_at_ms: number;
  claims: number;
  claimed_by: string | null;
  tries: number;
  error_code: string | null;
  error_message: string | null;
  traceparent: string;
  correlation_id: string;
  causation_id: string | null;
  hops: number;
  created_at_ms: number;
  settled_at_ms: number | null;
}

export interface QueuedCommandTables {
  queued_command: QueuedCommandTable;
}

/** One row of the queue. */
export type QueuedCommandRow = Selectable<QueuedCommandTable>;

/** What a new row holds before the database gives it a position. */
export interface NewQueuedCommandRow {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly input: string;
  readonly tenant: string;
  readonly key: string | null;
  readonly readyAtMs: number;
  readonly traceparent: string;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly hops: number;
  readonly createdAtMs: number;
}

const idLengthMax = 200;
const inputLengthMax = 256 * 1_024;

/**
 * The row of a command that was decided, in the context of the work that decided it. The input is
 * checked in the form in which it comes back from the table.
 *
 * @throws `contracts.violated`, or `schedules.input-too-large`
 */
export function newQueuedCommandRow(
  queued: QueuedCommand,
  contracts: ContractChecker,
  context: MessageContext,
  nowMs: number,
): NewQueuedCommandRow {
  const { id = newId('cmd', nowMs), tenant, key = null } = queued;
  if (id === '' || id.length > idLengthMax) {
    throw new Error(`the id of a queued command has 1 to ${idLengthMax} characters, not: ${id}`);
  }
  const contract = contractOf(queued.command);
  const input = JSON.stringify(queued.command.input ?? null);
  if (input.length > inputLengthMax) {
    const limit = `${inputLengthMax} characters`;
    throw scheduleErrors.inputTooLarge(
      `${contract.name} has ${input.length}; the limit is ${limit}.`,
    );
  }
  contracts.check(contract, contract.input, 'out', JSON.parse(input));
  return {
    id,
    name: contract.name,
    version: versionOf(contract),
    input,
    tenant,
    key,
    readyAtMs: queued.atMs ?? nowMs + (queued.afterMs ?? 0),
    traceparent: traceparentOf(context),
    correlationId: context.correlationId,
    causationId: context.causationId,
    hops: context.hops + 1,
    createdAtMs: nowMs,
  };
}

/** A claimed row as the worker performs it. */
export function claimedCommandOf(row: QueuedCommandRow): ClaimedCommand {
  return {
    id: row.id,
    lane: row.name,
    origin: {
      traceparent: row.traceparent,
      correlationId: row.correlation_id,
      causationId: row.causation_id,
      hops: row.hops,
    },
    tenant: row.tenant,
    key: row.key,
    name: row.name,
    version: row.version,
    input: JSON.parse(row.input),
    tries: row.tries,
    readyAtMs: row.ready_at_ms,
    claims: row.claims,
  };
}

/** Contracts that state no version are in their first one. */
export function versionOf(contract: CheckedContract): number {
  return contract.version ?? 1;
}

function contractOf(command: object): MessageContract {
  const { contract } = command.constructor as unknown as Partial<MessageClass>;
  if (contract?.kind === 'command') return contract;
  throw new Error(`${command.constructor.name} is no command that defineCommand made`);
}
