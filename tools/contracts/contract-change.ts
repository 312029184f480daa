import type { ChangeMode, Verdict } from './schema-comparison.ts';

/** The part of a contract whose schema changed. */
export type ContractPart = 'schema' | 'input' | 'result';

/** One difference between the contracts of two times, and what it means. */
export type ContractChange =
  | { readonly kind: 'added'; readonly contract: string }
  | { readonly kind: 'removed'; readonly contract: string; readonly sunset: string | null }
  | {
      readonly kind: 'other-kind';
      readonly contract: string;
      readonly was: string;
      readonly is: string;
    }
  | SchemaChange
  | StaleDecision;

/** A schema that differs within one version. */
export interface SchemaChange {
  readonly kind: 'schema';
  readonly contract: string;
  readonly part: ContractPart;
  readonly mode: ChangeMode;
  readonly verdict: Verdict;
  /** Names the change, so that a decision about it fits no other one. */
  readonly fingerprint: string;
  /** Why a person took an unknown change for compatible; null when nobody did. */
  readonly decided: string | null;
}

/** A decision about a schema that the code no longer has. */
export interface StaleDecision {
  readonly kind: 'stale-decision';
  readonly contract: string;
  readonly part: ContractPart;
}

/** Whether the change must not go in as it is, seen on this day (`2027-01-31`). */
export function isFault(change: ContractChange, today: string): boolean {
  switch (change.kind) {
    case 'added':
      return false;
    case 'removed':
      return change.sunset === null || today < change.sunset;
    case 'other-kind':
    case 'stale-decision':
      return true;
    case 'schema':
      if (change.verdict.verdict === 'unknown') return change.decided === null;
      return change.verdict.verdict === 'incompatible';
  }
}
