import { exactTexts } from './pattern-tree.js';
import { parsePattern } from './parse-pattern.js';
import { PatternAutomaton } from './pattern-automaton.js';

/** The automata of the patterns of one comparison, each made once. */
export class PatternLibrary {
  readonly #automata = new Map<string, PatternAutomaton | undefined>();

  /** Undefined when no automaton follows the pattern. */
  automaton(pattern: string): PatternAutomaton | undefined {
    if (!this.#automata.has(pattern)) {
      const tree = parsePattern(pattern);
      this.#automata.set(pattern, tree && PatternAutomaton.of(tree));
    }
    return this.#automata.get(pattern);
  }

  /** The automaton of a few texts, undefined when they are too many or too long. */
  texts(texts: readonly string[]): PatternAutomaton | undefined {
    return PatternAutomaton.of(exactTexts(texts));
  }
}
