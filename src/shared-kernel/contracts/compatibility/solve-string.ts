import { chooseAmongSome, undecided } from './leaf.js';
import { empty, found } from './outcome.js';
import { findWord } from './find-word.js';
import { formatSamples } from './format-samples.js';
import type { Json } from './json-schema.js';
import type { Leaf } from './leaf.js';
import type { Outcome } from './outcome.js';
import type { PatternAutomaton } from './pattern-automaton.js';

interface Demands {
  readonly matching: PatternAutomaton[];
  readonly notMatching: PatternAutomaton[];
  lengthMin: number;
  lengthMax: number;
}

/**
 * A string that meets the literals. Patterns, lengths and excluded values are decided exactly by
 * automata; formats and patterns that no automaton follows are tried with samples.
 */
export function solveString(leaf: Leaf): Outcome {
  const demands = demandsOf(leaf);
  const search = findWord(demands, leaf.solver.budget);
  if (search.kind === 'none') return empty;
  const word = search.kind === 'word' ? [search.word] : [];
  const [first] = word;
  if (first !== undefined && leaf.fits(first)) return found(first);
  const samples = [...word, ...simpleTexts(demands), ...formatSamples(formatsOf(leaf))];
  const outcome = chooseAmongSome(samples, leaf);
  return outcome.kind === 'found' ? outcome : undecided(leaf, first);
}

function demandsOf(leaf: Leaf): Demands {
  const { patterns } = leaf.solver.evaluator;
  const demands: Demands = { matching: [], notMatching: [], lengthMin: 0, lengthMax: Infinity };
  const excluded: Json[] = [];
  for (const { atom, negated } of leaf.literals) {
    if (atom.kind === 'size') {
      if (negated) demands.lengthMax = Math.min(demands.lengthMax, atom.atLeast - 1);
      else demands.lengthMin = Math.max(demands.lengthMin, atom.atLeast);
    }
    if (atom.kind === 'enum') excluded.push(...([...atom.values.values()] as Json[]));
    if (atom.kind === 'pattern') {
      // Without the automaton fewer demands are made: emptiness stays proved.
      const automaton = patterns.automaton(atom.pattern);
      if (automaton) (negated ? demands.notMatching : demands.matching).push(automaton);
    }
  }
  const texts = excluded.filter((value) => typeof value === 'string');
  const automaton = texts.length > 0 && patterns.texts(texts);
  if (automaton) demands.notMatching.push(automaton);
  return demands;
}

/** Texts of allowed lengths, for when the search for a word was too large. */
function simpleTexts({ lengthMin, lengthMax }: Demands): string[] {
  if (lengthMin > 20_000) return [];
  const lengths = [lengthMin, lengthMin + 1, lengthMin + 7].filter((each) => each <= lengthMax);
  return lengths.flatMap((length) => ['a', 'A', '0', ' '].map((letter) => letter.repeat(length)));
}

function formatsOf(leaf: Leaf): string[] {
  return leaf.literals.flatMap(({ atom }) => (atom.kind === 'format' ? [atom.format] : []));
}
