import { complementOf } from './pattern-tree.js';
import type { Ranges } from './pattern-tree.js';

const digits: Ranges = [[0x30, 0x39]];
const word: Ranges = [...digits, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];
const space: Ranges = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];

/** What `.` matches: all but the line terminators (ECMA-262, 22.2.2.7). */
export const dot = complementOf([
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
]);

/** `\d`, `\w`, `\s` and their complements (ECMA-262, 22.2.2.9), by letter. */
export const classEscapes: ReadonlyMap<string, Ranges> = new Map([
  ['d', digits],
  ['D', complementOf(digits)],
  ['w', word],
  ['W', complementOf(word)],
  ['s', space],
  ['S', complementOf(space)],
]);

/** Escapes of one control character, by letter. */
export const controlEscapes: ReadonlyMap<string, number> = new Map([
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['v', 0x0b],
  ['f', 0x0c],
]);

/** What a backslash may make literal in Unicode mode. */
export const syntaxCharacters = new Set('^$\\.*+?()[]{}|/');
