import { allRules } from './all-rules.ts';
import { type House, readHouse } from './house.ts';
import { type Rule, type Violation } from './rule.ts';
import { readTree } from './source-tree.ts';

/** A violation, its rule, and the line as it stands there. */
export interface Finding extends Violation {
  readonly rule: Rule;
  readonly severity: 'error' | 'warning';
  /** The text of the line; empty for a line that is not there. */
  readonly frame: string;
}

/** What one run of the verifier found. */
export interface Verdict {
  readonly findings: readonly Finding[];
  readonly errors: number;
  readonly warnings: number;
  /** TypeScript files of the program, tests aside. */
  readonly files: number;
  readonly rules: number;
  readonly durationMs: number;
}

/**
 * Holds a tree to every rule.
 *
 * @param root folder that holds `package.json` and `src`
 */
export function verify(root: string): Verdict {
  const startedAt = performance.now();
  const house = readHouse(readTree(root));
  const findings = findViolations(house);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return {
    findings,
    errors,
    warnings: findings.length - errors,
    files: house.code.length,
    rules: allRules.length,
    durationMs: performance.now() - startedAt,
  };
}

/** Runs every rule on a model. */
export function findViolations(house: House): Finding[] {
  return allRules.flatMap((rule) => findingsOf(rule, house));
}

/** Runs one rule on a model. */
export function findingsOf(rule: Rule, house: House): Finding[] {
  return rule.check(house).map((violation) => ({
    ...violation,
    rule,
    severity: rule.severity ?? 'error',
    frame: house.tree.get(violation.file)?.split('\n')[violation.line - 1] ?? '',
  }));
}
