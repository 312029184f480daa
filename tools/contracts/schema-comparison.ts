import type { SchemaDocument } from '#shared-kernel/contracts/contract-document.js';
import {
  compareSchemas,
  type Verdict,
} from '#shared-kernel/contracts/compatibility/compare-schemas.js';
import { ajvAccepts } from './ajv-accepts.ts';

export type { Verdict } from '#shared-kernel/contracts/compatibility/compare-schemas.js';

/** Which way a change inside one version must be safe. */
export type ChangeMode = 'backward' | 'forward' | 'full';

const accepts = ajvAccepts();

/**
 * Compares two states of a schema; witnesses are confirmed by Ajv. The last state is enough: what
 * is compatible with it is compatible with all that it was compatible with.
 */
export function compareSchemaPair(
  old: SchemaDocument,
  next: SchemaDocument,
  mode: ChangeMode,
): Verdict {
  return compareSchemas([old], next, mode, accepts);
}
