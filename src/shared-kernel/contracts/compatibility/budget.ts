/** How much one comparison may cost; past it the verdict is unknown. */
export interface Limits {
  /** Decisions taken: goals looked into, branches, states of patterns. */
  readonly steps: number;
  /** Schemas held against a candidate document. */
  readonly judgements: number;
  /** Levels of documents within documents that are looked into. */
  readonly depth: number;
}

/**
 * About a second on a small machine; schemas of real contracts need a few thousand steps at most.
 */
export const defaultLimits: Limits = { steps: 60_000, judgements: 400_000, depth: 48 };

/** Counts the steps of one comparison. */
export class Budget {
  #left: number;
  #judgements: number;

  constructor(readonly limits: Limits) {
    this.#left = limits.steps;
    this.#judgements = limits.judgements;
  }

  /** Takes so many steps; false when there are none left. */
  spend(steps = 1): boolean {
    this.#left -= steps;
    return this.#left >= 0;
  }

  /** Takes one judgement; false when there are none left. */
  judge(): boolean {
    this.#judgements -= 1;
    return this.#judgements >= 0;
  }

  get isSpent(): boolean {
    return this.#left < 0 || this.#judgements < 0;
  }
}
