import { documentOf } from '#shared-kernel/contracts/contract-document.js';
import { idOf } from '#shared-kernel/contracts/contract.js';
import { findContracts } from '../reference/find-contracts.ts';
import type { Contracts } from './baseline.ts';
import { compareContracts } from './compare-contracts.ts';
import { type ContractChange, isFault } from './contract-change.ts';
import { readDecisions } from './decisions.ts';

/** What became of the contracts since a baseline. */
interface ContractCheck {
  readonly changes: readonly ContractChange[];
  /** The changes that must not be. */
  readonly faults: readonly ContractChange[];
}

/** Compares the contracts of the code with a baseline, as the committed decisions allow. */
export async function checkAgainst(baseline: Contracts): Promise<ContractCheck> {
  const changes = compareContracts({
    baseline,
    code: await codeContracts(),
    decisions: readDecisions(),
  });
  const today = new Date().toISOString().slice(0, 10);
  return { changes, faults: changes.filter((change) => isFault(change, today)) };
}

/** The contracts as the code has them now. */
export async function codeContracts(): Promise<Contracts> {
  const found = await findContracts();
  return new Map(found.map(({ contract }) => [idOf(contract), documentOf(contract)]));
}
