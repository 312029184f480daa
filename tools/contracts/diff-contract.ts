import type { ContractDocument } from '#shared-kernel/contracts/contract-document.js';
import type { ContractPart } from './contract-change.ts';
import { schemasOf } from './decisions.ts';
import { witnessRole } from './describe-change.ts';
import { compareSchemaPair, type Verdict } from './schema-comparison.ts';

/** How one part of two contracts differs in one direction. */
export interface Difference {
  readonly part: ContractPart;
  readonly direction: 'backward' | 'forward';
  readonly compatible: boolean;
  readonly verdict: Verdict;
}

/**
 * Compares every part that both have, both ways: whether the newer one takes all that the older one
 * takes (backward), and the other way round (forward).
 */
export function diffContract(old: ContractDocument, next: ContractDocument): Difference[] {
  const nextSchemas = schemasOf(next);
  return [...schemasOf(old)].flatMap(([part, oldSchema]) => {
    const nextSchema = nextSchemas.get(part);
    if (nextSchema === undefined) return [];
    return (['backward', 'forward'] as const).map((direction) => {
      const verdict = compareSchemaPair(oldSchema, nextSchema, direction);
      return { part, direction, compatible: verdict.verdict === 'compatible', verdict };
    });
  });
}

/** One difference in words. */
export function describeDifference({ part, direction, verdict }: Difference): string {
  const place = `${part}, ${direction}`;
  switch (verdict.verdict) {
    case 'compatible':
      return `${place}: compatible`;
    case 'incompatible':
      return [
        `${place}: incompatible at ${verdict.path || 'the top'}: ${verdict.why}`,
        `  ${witnessRole(direction)}: ${JSON.stringify(verdict.witness)}`,
      ].join('\n');
    case 'unknown':
      return `${place}: unknown at ${verdict.path || 'the top'}: ${verdict.reason}`;
  }
}
