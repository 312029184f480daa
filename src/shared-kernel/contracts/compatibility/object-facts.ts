import { fit, misfit } from './goal-parts.js';
import { no, yes } from './truth.js';
import type { Evaluator } from './evaluator.js';
import type { Literal, NameClass } from './formula.js';
import type { Signed } from './schema-pool.js';

/** One property at least must be like that, by name, by value or both. */
export interface PropertyDemand {
  readonly names: NameClass | undefined;
  readonly value: Signed | undefined;
  readonly name: Signed | undefined;
}

interface ValueRule {
  readonly names: NameClass;
  readonly value: Signed;
}

/** What a set of literals says about an object, ordered by what it is about. */
export class ObjectFacts {
  readonly present = new Set<string>();
  readonly absent = new Set<string>();
  /** Every name that a literal mentions. */
  readonly known = new Set<string>();
  readonly patterns = new Set<string>();
  readonly demands: PropertyDemand[] = [];
  /** What all names must be. */
  readonly nameGoal: Signed[] = [];
  countMin = 0;
  countMax = Infinity;
  readonly #rules: ValueRule[] = [];

  constructor(
    literals: readonly Literal[],
    private readonly evaluator: Evaluator,
  ) {
    for (const literal of literals) this.#take(literal);
  }

  /** What the value of a property of that name must be. */
  valueGoal(name: string): Signed[] {
    return this.#rules
      .filter((rule) => this.evaluator.isNamed(rule.names, name) === yes)
      .map((rule) => rule.value);
  }

  /** True when an object that meets the literals cannot have a property of that name. */
  isBarred(name: string): boolean {
    return this.absent.has(name) || this.evaluator.goal(this.nameGoal, name) === no;
  }

  #take({ atom, negated }: Literal): void {
    switch (atom.kind) {
      case 'has':
        this.known.add(atom.name);
        (negated ? this.absent : this.present).add(atom.name);
        break;
      case 'size':
        if (negated) this.countMax = Math.min(this.countMax, atom.atLeast - 1);
        else this.countMin = Math.max(this.countMin, atom.atLeast);
        break;
      case 'names':
        if (!negated) this.nameGoal.push(fit(atom.node));
        else this.demands.push({ names: undefined, value: undefined, name: misfit(atom.node) });
        break;
      case 'values':
        this.#takeValues(atom.names, negated ? misfit(atom.node) : fit(atom.node), negated);
        break;
      default:
    }
  }

  #takeValues(names: NameClass, value: Signed, isDemand: boolean): void {
    if (names.kind === 'name') this.known.add(names.name);
    if (names.kind === 'pattern') this.patterns.add(names.pattern);
    if (names.kind === 'rest') {
      for (const name of names.names) this.known.add(name);
      for (const pattern of names.patterns) this.patterns.add(pattern);
    }
    if (!isDemand) this.#rules.push({ names, value });
    else if (names.kind !== 'name') this.demands.push({ names, value, name: undefined });
    else {
      this.present.add(names.name);
      this.#rules.push({ names, value });
    }
  }
}
