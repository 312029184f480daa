import { borderRules } from './border-rules.ts';
import { budgetRules } from './budget-rules.ts';
import { flowRules } from './flow-rules.ts';
import { graphRules } from './graph-rules.ts';
import { kernelRules } from './kernel-rules.ts';
import { layerRules } from './layer-rules.ts';
import { layoutRules } from './layout-rules.ts';
import { messageRules } from './message-rules.ts';
import { nestRules } from './nest-rules.ts';
import { payloadRule } from './payload-rule.ts';
import { purityRule } from './purity-rule.ts';
import { reactionRules } from './reaction-rules.ts';
import { relationRules } from './relation-rules.ts';
import { type Rule } from './rule.ts';
import { tableRules } from './table-rules.ts';
import { wiringRules } from './wiring-rules.ts';

/** Every law of the house, from the borders inwards to the budgets. */
export const allRules: readonly Rule[] = [
  ...kernelRules,
  ...borderRules,
  ...relationRules,
  ...layerRules,
  purityRule,
  ...graphRules,
  ...nestRules,
  ...wiringRules,
  ...messageRules,
  ...reactionRules,
  ...flowRules,
  payloadRule,
  ...tableRules,
  ...layoutRules,
  ...budgetRules,
];
