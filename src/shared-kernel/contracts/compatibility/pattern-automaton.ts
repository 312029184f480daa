import { anyCharacter } from './pattern-tree.js';
import type { PatternTree, Ranges } from './pattern-tree.js';

const statesMax = 2_000;

interface State {
  readonly moves: { readonly ranges: Ranges; readonly to: number }[];
  readonly free: number[];
  readonly atStart: number[];
  readonly atEnd: number[];
}

/** The states that the automaton may be in, in order. */
export type StateSet = readonly number[];

/**
 * A nondeterministic automaton that searches a text for a pattern, as `RegExp.test` does, in time
 * that grows with text times pattern and never faster: no pattern can hang it.
 */
export class PatternAutomaton {
  readonly #states: State[] = [];
  readonly #start = this.#state();
  readonly #accept = this.#state();
  readonly #boundaries = new Set<number>();

  private constructor(tree: PatternTree) {
    this.#move(this.#start, anyCharacter, this.#start);
    this.#move(this.#accept, anyCharacter, this.#accept);
    const begin = this.#state();
    this.#at(this.#start).free.push(begin);
    this.#at(this.#build(tree, begin)).free.push(this.#accept);
  }

  /** The automaton of a pattern, undefined when it would be too large. */
  static of(tree: PatternTree): PatternAutomaton | undefined {
    try {
      return new PatternAutomaton(tree);
    } catch (error) {
      if (error instanceof TooLarge) return undefined;
      throw error;
    }
  }

  /** Code points at which the automaton begins to tell characters apart. */
  get boundaries(): Iterable<number> {
    return this.#boundaries;
  }

  begin(): StateSet {
    return this.#close([this.#start], 'atStart');
  }

  step(set: StateSet, code: number): StateSet {
    const reached = new Set<number>();
    for (const state of set) {
      for (const { ranges, to } of this.#at(state).moves) {
        if (ranges.some(([from, upTo]) => from <= code && code <= upTo)) reached.add(to);
      }
    }
    return this.#close([...reached], null);
  }

  /** True when the text that led to these states has a match; `isEmpty`: it is the empty text. */
  accepts(set: StateSet, isEmpty: boolean): boolean {
    return this.#close(set, 'atEnd', isEmpty ? 'atStart' : null).includes(this.#accept);
  }

  /** True when every text that goes on from these states has a match. */
  isSettled(set: StateSet): boolean {
    return set.includes(this.#accept);
  }

  matches(text: string): boolean {
    let set = this.begin();
    for (const character of text) {
      set = this.step(set, character.codePointAt(0) ?? 0);
      if (this.isSettled(set)) return true;
    }
    return this.accepts(set, text === '');
  }

  #close(set: StateSet, ...also: ('atStart' | 'atEnd' | null)[]): StateSet {
    const reached = new Set(set);
    for (const state of reached) {
      const { free, ...conditional } = this.#at(state);
      for (const next of free) reached.add(next);
      for (const condition of also) {
        if (condition) for (const next of conditional[condition]) reached.add(next);
      }
    }
    return [...reached].sort((a, b) => a - b);
  }

  #build(tree: PatternTree, from: number): number {
    switch (tree.kind) {
      case 'character': {
        const to = this.#state();
        this.#move(from, tree.ranges, to);
        return to;
      }
      case 'start':
      case 'end': {
        const to = this.#state();
        this.#at(from)[tree.kind === 'start' ? 'atStart' : 'atEnd'].push(to);
        return to;
      }
      case 'sequence':
        return tree.parts.reduce((state, part) => this.#build(part, state), from);
      case 'choice': {
        const to = this.#state();
        for (const part of tree.parts) this.#at(this.#build(part, from)).free.push(to);
        return to;
      }
      case 'repeat':
        return this.#repeat(tree.part, tree.least, tree.most, from);
    }
  }

  #repeat(part: PatternTree, least: number, most: number, from: number): number {
    let state = from;
    for (let count = 0; count < least; count += 1) state = this.#build(part, state);
    if (most === Infinity) {
      const loop = this.#state();
      this.#at(state).free.push(loop);
      this.#at(this.#build(part, loop)).free.push(loop);
      return loop;
    }
    const end = this.#state();
    this.#at(state).free.push(end);
    for (let count = least; count < most; count += 1) {
      state = this.#build(part, state);
      this.#at(state).free.push(end);
    }
    return end;
  }

  #state(): number {
    if (this.#states.length >= statesMax) throw new TooLarge();
    this.#states.push({ moves: [], free: [], atStart: [], atEnd: [] });
    return this.#states.length - 1;
  }

  #move(from: number, ranges: Ranges, to: number): void {
    this.#at(from).moves.push({ ranges, to });
    for (const [first, last] of ranges) this.#boundaries.add(first).add(last + 1);
  }

  #at(state: number): State {
    const found = this.#states[state];
    if (!found) throw new RangeError(`no state ${state}`);
    return found;
  }
}

class TooLarge extends Error {}
