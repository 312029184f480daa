import type { JsonSchema } from '../../src/shared-kernel/contracts/compatibility/compare-schemas.js';

type Expected = 'compatible' | 'incompatible' | 'unknown';

/** A change to a schema of which people agree what it breaks. */
export interface KnownChange {
  readonly about: string;
  readonly old: JsonSchema;
  readonly next: JsonSchema;
  readonly backward: Expected;
  readonly forward: Expected;
}

type Answer = 'yes' | 'no' | '?';
const meaning = { yes: 'compatible', no: 'incompatible', '?': 'unknown' } as const;

/** One line of a table: what it is about, the schemas, whether backward and forward hold. */
export function change(
  about: string,
  old: JsonSchema,
  next: JsonSchema,
  backward: Answer,
  forward: Answer,
): KnownChange {
  return { about, old, next, backward: meaning[backward], forward: meaning[forward] };
}
