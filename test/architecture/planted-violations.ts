import { plantedBorderViolations } from './planted-border-violations.ts';
import { plantedBudgetViolations } from './planted-budget-violations.ts';
import { plantedLayerViolations } from './planted-layer-violations.ts';
import { plantedShapeViolations } from './planted-shape-violations.ts';
import { plantedMessageViolations } from './planted-message-violations.ts';
import { plantedRelationViolations } from './planted-relation-violations.ts';
import { plantedWiringViolations } from './planted-wiring-violations.ts';
import { type PlantedViolation } from './planted-violation.ts';

/** Every planted violation: at least one per rule. */
export const plantedViolations: readonly PlantedViolation[] = [
  ...plantedBorderViolations,
  ...plantedLayerViolations,
  ...plantedShapeViolations,
  ...plantedBudgetViolations,
  ...plantedRelationViolations,
  ...plantedWiringViolations,
  ...plantedMessageViolations,
];
