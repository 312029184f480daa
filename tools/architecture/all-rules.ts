import { borderRules } from './border-rules.ts';
import { budgetRules } from './budget-rules.ts';
import { graphRules } from './graph-rules.ts';
import { kernelRules } from './kernel-rules.ts';
import { layerRules } from './layer-rules.ts';
import { layoutRules } from './layout-rules.ts';
import { nestRules } from './nest-rules.ts';
import { purityRule } from './purity-rule.ts';
import { type HouseGraph } from './import-graph.ts';
import { type Rule, type Violation } from './rule.ts';

/** Every law of the house, from the borders inwards to the budgets. */
export const allRules: readonly Rule[] = [
  ...kernelRules,
  ...borderRules,
  ...layerRules,
  purityRule,
  ...graphRules,
  ...nestRules,
  ...layoutRules,
  ...budgetRules,
];

/** A violation and the rule that it breaks. */
export interface Finding extends Violation {
  readonly rule: Rule;
}

/** Runs every rule. */
export function findViolations(graph: HouseGraph): Finding[] {
  return allRules.flatMap((rule) => rule.check(graph).map((violation) => ({ ...violation, rule })));
}

/** The findings as a developer reads them: per law what it says, how to mend it, and where. */
export function describeFindings(findings: readonly Finding[]): string {
  return allRules
    .map((rule) => {
      const broken = findings.filter((finding) => finding.rule.id === rule.id);
      if (broken.length === 0) return '';
      const places = broken.map(({ file, line, found }) => `  ${file}:${line} ${found}\n`);
      return `${rule.id}: ${rule.sentence}\n  To mend: ${rule.mend}\n${places.join('')}`;
    })
    .join('');
}
