import type { Budget } from './budget.js';
import type { PatternAutomaton, StateSet } from './pattern-automaton.js';

/** What a text is looked for by. Lengths count code points. */
export interface WordDemands {
  readonly matching: readonly PatternAutomaton[];
  readonly notMatching: readonly PatternAutomaton[];
  readonly lengthMin: number;
  readonly lengthMax: number;
}

export type WordSearch =
  | { readonly kind: 'none' }
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'too-large' };

interface Place {
  readonly sets: readonly StateSet[];
  readonly length: number;
  readonly letter: number;
  readonly before: Place | undefined;
}

const placesMax = 3_000;
const lengthMinMax = 1_000;

/**
 * The shortest text that fits, or the proof that there is none: a search through the product of the
 * automata, which knows each combination of states once (lengths count up to the minimum).
 */
export function findWord(demands: WordDemands, budget: Budget): WordSearch {
  if (demands.lengthMin > demands.lengthMax) return { kind: 'none' };
  if (demands.lengthMin > lengthMinMax) return { kind: 'too-large' };
  const automata = [...demands.matching, ...demands.notMatching];
  const alphabet = representatives(automata);
  const seen = new Set<string>();
  const start = automata.map((automaton) => automaton.begin());
  let level: Place[] = [{ sets: start, length: 0, letter: -1, before: undefined }];
  while (level.length > 0) {
    const next: Place[] = [];
    for (const place of level) {
      if (isWord(place, demands)) return { kind: 'word', word: spell(place) };
      if (place.length >= demands.lengthMax) continue;
      for (const letter of alphabet) {
        const sets = automata.map((automaton, i) => automaton.step(place.sets[i] ?? [], letter));
        const length = place.length + 1;
        const key = `${Math.min(length, demands.lengthMin)} ${sets.join('|')}`;
        if (seen.has(key) || isHopeless(sets, demands)) continue;
        seen.add(key);
        next.push({ sets, length, letter, before: place });
      }
      if (seen.size > placesMax || !budget.spend()) return { kind: 'too-large' };
    }
    level = next;
  }
  return { kind: 'none' };
}

function isWord({ sets, length }: Place, demands: WordDemands): boolean {
  if (length < demands.lengthMin) return false;
  const count = demands.matching.length;
  const automata = [...demands.matching, ...demands.notMatching];
  return automata.every((one, i) => one.accepts(sets[i] ?? [], length === 0) === i < count);
}

/** No text that goes on from here can fit any more. */
function isHopeless(sets: readonly StateSet[], demands: WordDemands): boolean {
  const count = demands.matching.length;
  return demands.notMatching.some((one, i) => one.isSettled(sets[count + i] ?? []));
}

function spell(place: Place): string {
  const letters: number[] = [];
  for (let at = place; at.before; at = at.before) letters.push(at.letter);
  return String.fromCodePoint(...letters.reverse());
}

/** One character of each range that the automata do not tell apart, friendly ones first. */
function representatives(automata: readonly PatternAutomaton[]): number[] {
  const bounds = new Set([0]);
  for (const automaton of automata) for (const bound of automaton.boundaries) bounds.add(bound);
  const starts = [...bounds].filter((bound) => bound <= 0x10ffff).sort((a, b) => a - b);
  const letters = starts.map((start, i) => friendliest(start, (starts[i + 1] ?? 0x110000) - 1));
  return letters.sort((a, b) => rank(a) - rank(b) || a - b);
}

function friendliest(from: number, to: number): number {
  const liked = [0x61, 0x41, 0x30, 0x78, 0x20].find((code) => from <= code && code <= to);
  if (liked !== undefined) return liked;
  // Halves of surrogate pairs only where there is nothing else.
  return from >= 0xd800 && from <= 0xdfff && to > 0xdfff ? 0xe000 : from;
}

function rank(code: number): number {
  if (code >= 0x61 && code <= 0x7a) return 0;
  if (code > 0x20 && code < 0x7f) return 1;
  return code >= 0xa0 ? 2 : 3;
}
