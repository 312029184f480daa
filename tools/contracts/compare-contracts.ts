import type { ContractDocument } from '#shared-kernel/contracts/contract-document.js';
import type { Contracts } from './baseline.ts';
import type { ContractChange, ContractPart, SchemaChange } from './contract-change.ts';
import { type Decision, fingerprintOf, schemasOf, staleDecisions } from './decisions.ts';
import { type ChangeMode, compareSchemaPair } from './schema-comparison.ts';

interface Comparison {
  /** What is committed, or was at some time. */
  readonly baseline: Contracts;
  readonly code: Contracts;
  readonly decisions: readonly Decision[];
}

/** Every difference of the code's contracts from a baseline; `isFault` tells which must not be. */
export function compareContracts({ baseline, code, decisions }: Comparison): ContractChange[] {
  const changes: ContractChange[] = [];
  for (const [contract, old] of baseline) {
    const next = code.get(contract);
    if (next === undefined) {
      changes.push({ kind: 'removed', contract, sunset: old.deprecated?.sunset ?? null });
    } else if (next.kind !== old.kind) {
      changes.push({ kind: 'other-kind', contract, was: old.kind, is: next.kind });
    } else {
      changes.push(...schemaChanges(contract, old, next, decisions));
    }
  }
  const added = [...code.keys()].filter((contract) => !baseline.has(contract));
  changes.push(...added.map((contract) => ({ kind: 'added' as const, contract })));
  return [...changes, ...staleDecisions(decisions, code)];
}

function schemaChanges(
  contract: string,
  old: ContractDocument,
  next: ContractDocument,
  decisions: readonly Decision[],
): SchemaChange[] {
  const nextSchemas = schemasOf(next);
  return [...schemasOf(old)].flatMap(([part, oldSchema]): SchemaChange[] => {
    const nextSchema = nextSchemas.get(part) ?? {};
    const fingerprint = fingerprintOf(oldSchema, nextSchema);
    const [before, after] = fingerprint.split('-');
    if (before === after) return [];
    const mode = modeOf(part, next);
    const decision = decisions.find(
      (one) => one.contract === contract && one.part === part && one.change === fingerprint,
    );
    const verdict = compareSchemaPair(oldSchema, nextSchema, mode);
    const decided = decision?.because ?? null;
    return [{ kind: 'schema', contract, part, mode, verdict, fingerprint, decided }];
  });
}

/**
 * What a change must keep. Events stay in the log and meet readers of other releases: both ways,
 * unless the contract says which one is enough. Commands and queries live in one process, where
 * only callers that were written against the older form count: what they send is still taken
 * (backward), and what they get is nothing that they do not know (forward).
 */
function modeOf(part: ContractPart, next: ContractDocument): ChangeMode {
  if (next.kind === 'event') return next.compatibility;
  return part === 'input' ? 'backward' : 'forward';
}
