import type { FreshNames } from './fresh-names.js';
import type { ObjectFacts } from './object-facts.js';
import type { Signed } from './schema-pool.js';

/** Properties that the object must have, with what their values must be beside the rules. */
export interface ObjectPlan {
  readonly facts: ObjectFacts;
  readonly fresh: FreshNames;
  readonly properties: ReadonlyMap<string, readonly Signed[]>;
}
