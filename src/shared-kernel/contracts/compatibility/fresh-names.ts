import { fit, misfit } from './goal-parts.js';
import type { ObjectFacts, PropertyDemand } from './object-facts.js';
import type { NameClass } from './formula.js';
import type { Outcome } from './outcome.js';
import type { SchemaPool, Signed } from './schema-pool.js';
import type { DocumentSearch } from './document-search.js';

const patternsMax = 4;

/** Which of the patterns a name matches. */
type Region = readonly { readonly pattern: string; readonly isMatched: boolean }[];

interface FoundNames {
  readonly names: readonly string[];
  /** False when there may be other names, which stayed unknown. */
  readonly isComplete: boolean;
}

/**
 * Names that no schema mentions. Two of them that match the same patterns are treated alike by
 * every keyword, so that one of each kind stands for all.
 */
export class FreshNames {
  readonly #regions: readonly Region[] | undefined;

  constructor(
    private readonly facts: ObjectFacts,
    private readonly solver: DocumentSearch,
  ) {
    const patterns = [...facts.patterns];
    this.#regions = patterns.length > patternsMax ? undefined : regionsOf(patterns);
  }

  /** One name of each kind that may meet the demand and is not among the used. */
  forDemand(demand: PropertyDemand, used: readonly string[]): FoundNames {
    return this.#find(used, demand.name ? [demand.name] : [], (region) =>
      demand.names ? isInClass(demand.names, region) : true,
    );
  }

  /** One name of each kind that is not among the used. */
  ofAnyKind(used: readonly string[]): FoundNames {
    return this.#find(used, [], () => true);
  }

  #find(
    used: readonly string[],
    nameGoal: readonly Signed[],
    isWanted: (region: Region) => boolean,
  ): FoundNames {
    if (!this.#regions) return { names: [], isComplete: false };
    const outcomes = this.#regions
      .filter(isWanted)
      .map((region) => this.solver.solve(this.#goalOf(region, used, nameGoal)));
    const names = outcomes.flatMap((outcome) => nameIn(outcome));
    return { names, isComplete: outcomes.every((outcome) => outcome.kind !== 'unknown') };
  }

  #goalOf(region: Region, used: readonly string[], nameGoal: readonly Signed[]): Signed[] {
    const { pool } = this.solver;
    return [
      fit(pool.made({ type: 'string' })),
      misfit(pool.oneOf([...this.facts.known, ...used])),
      ...this.facts.nameGoal,
      ...nameGoal,
      ...region.map(({ pattern, isMatched }) => matching(pool, pattern, isMatched)),
    ];
  }
}

function matching(pool: SchemaPool, pattern: string, isMatched: boolean): Signed {
  const node = pool.made({ pattern });
  return isMatched ? fit(node) : misfit(node);
}

function nameIn(outcome: Outcome): string[] {
  const value = outcome.kind === 'empty' ? undefined : outcome.value;
  return typeof value === 'string' ? [value] : [];
}

function regionsOf(patterns: readonly string[]): Region[] {
  return patterns.reduce<Region[]>(
    (regions, pattern) =>
      regions.flatMap((region) =>
        [false, true].map((isMatched) => [...region, { pattern, isMatched }]),
      ),
    [[]],
  );
}

function isInClass(names: NameClass, region: Region): boolean {
  const isMatched = (pattern: string) =>
    region.some((each) => each.pattern === pattern && each.isMatched);
  if (names.kind === 'name') return false;
  if (names.kind === 'pattern') return isMatched(names.pattern);
  return !names.patterns.some(isMatched);
}
