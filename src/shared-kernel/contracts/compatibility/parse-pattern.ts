import { classEscapes, controlEscapes, dot, syntaxCharacters } from './pattern-classes.js';
import { complementOf, mergeRanges } from './pattern-tree.js';
import type { PatternTree, Ranges } from './pattern-tree.js';

const lengthMax = 1_000;
const repeatMax = 200;
const nestingMax = 50;

/** Thrown inside of the parser only: the pattern is wrong, or of a kind that is not followed. */
class NotFollowed extends Error {}

/**
 * Reads a pattern as ECMA-262 does in Unicode mode. Undefined for what no finite automaton follows
 * (look-around, back references), for `\b` and `\p{…}`, for very long ones and for wrong ones.
 */
export function parsePattern(pattern: string): PatternTree | undefined {
  if (pattern.length > lengthMax) return undefined;
  try {
    return new PatternParser(Array.from(pattern)).parse();
  } catch (error) {
    if (error instanceof NotFollowed) return undefined;
    throw error;
  }
}

class PatternParser {
  #at = 0;

  constructor(private readonly text: readonly string[]) {}

  parse(): PatternTree {
    const tree = this.#choice(0);
    if (this.#at < this.text.length) throw new NotFollowed();
    return tree;
  }

  #choice(nesting: number): PatternTree {
    if (nesting > nestingMax) throw new NotFollowed();
    const parts = [this.#sequence(nesting)];
    while (this.#take('|')) parts.push(this.#sequence(nesting));
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'choice', parts };
  }

  #sequence(nesting: number): PatternTree {
    const parts: PatternTree[] = [];
    while (this.#at < this.text.length && this.#peek !== '|' && this.#peek !== ')') {
      parts.push(this.#term(nesting));
    }
    return { kind: 'sequence', parts };
  }

  #term(nesting: number): PatternTree {
    if (this.#take('^')) return { kind: 'start' };
    if (this.#take('$')) return { kind: 'end' };
    const part = this.#atom(nesting);
    const counts = this.#quantifier();
    if (!counts) return part;
    this.#take('?'); // lazy or not, the language is the same
    return { kind: 'repeat', part, ...counts };
  }

  #atom(nesting: number): PatternTree {
    const next = this.#next();
    if (next === '(') return this.#group(nesting);
    if (next === '[') return { kind: 'character', ranges: this.#class() };
    if (next === '.') return { kind: 'character', ranges: dot };
    if (next === '\\') return { kind: 'character', ranges: this.#escape(false) };
    if ('*+?{}])'.includes(next)) throw new NotFollowed();
    return { kind: 'character', ranges: one(codeOf(next)) };
  }

  #group(nesting: number): PatternTree {
    if (this.#take('?')) {
      if (this.#take('<')) {
        if (!/[A-Za-z_$]/.test(this.#next())) throw new NotFollowed();
        while (!this.#take('>')) if (!/[\w$]/.test(this.#next())) throw new NotFollowed();
      } else if (!this.#take(':')) throw new NotFollowed();
    }
    const tree = this.#choice(nesting + 1);
    if (!this.#take(')')) throw new NotFollowed();
    return tree;
  }

  #quantifier(): { least: number; most: number } | undefined {
    if (this.#take('*')) return { least: 0, most: Infinity };
    if (this.#take('+')) return { least: 1, most: Infinity };
    if (this.#take('?')) return { least: 0, most: 1 };
    if (!this.#take('{')) return undefined;
    const least = this.#count();
    const most = this.#take(',') ? (this.#peek === '}' ? Infinity : this.#count()) : least;
    const upper = most === Infinity ? least : most;
    if (!this.#take('}') || most < least || upper > repeatMax) throw new NotFollowed();
    return { least, most };
  }

  #count(): number {
    let digits = '';
    while (/^\d$/.test(this.#peek)) digits += this.#next();
    if (digits === '' || digits.length > 6) throw new NotFollowed();
    return Number(digits);
  }

  #class(): Ranges {
    const negated = this.#take('^');
    const ranges: (readonly [number, number])[] = [];
    while (!this.#take(']')) {
      const from = this.#classMember();
      const isRange = this.#peek === '-' && this.text[this.#at + 1] !== ']';
      if (!isRange) {
        ranges.push(...from);
        continue;
      }
      this.#next();
      ranges.push([single(from), single(this.#classMember())]);
      const made = ranges.at(-1);
      if (made && made[0] > made[1]) throw new NotFollowed();
    }
    return negated ? complementOf(ranges) : mergeRanges(ranges);
  }

  #classMember(): Ranges {
    const next = this.#next();
    return next === '\\' ? this.#escape(true) : one(codeOf(next));
  }

  #escape(inClass: boolean): Ranges {
    const letter = this.#next();
    const known = classEscapes.get(letter);
    if (known) return known;
    const control = controlEscapes.get(letter);
    if (control !== undefined) return one(control);
    if (letter === 'x') return one(this.#hex(2));
    if (letter === 'u') return one(this.#unicode());
    if (letter === '0' && !/^\d$/.test(this.#peek)) return one(0);
    if (syntaxCharacters.has(letter) || (inClass && letter === '-')) return one(codeOf(letter));
    throw new NotFollowed();
  }

  #unicode(): number {
    if (!this.#take('{')) {
      const unit = this.#hex(4);
      // Halves of a pair would have to be read together.
      if (unit >= 0xd800 && unit <= 0xdfff) throw new NotFollowed();
      return unit;
    }
    let digits = '';
    while (!this.#take('}')) digits += this.#next();
    if (!/^[0-9a-fA-F]{1,6}$/.test(digits)) throw new NotFollowed();
    const code = parseInt(digits, 16);
    if (code > 0x10ffff) throw new NotFollowed();
    return code;
  }

  #hex(length: number): number {
    const digits = Array.from({ length }, () => this.#next()).join('');
    if (!/^[0-9a-fA-F]+$/.test(digits)) throw new NotFollowed();
    return parseInt(digits, 16);
  }

  get #peek(): string {
    return this.text[this.#at] ?? '';
  }

  #next(): string {
    const character = this.text[this.#at];
    if (character === undefined) throw new NotFollowed();
    this.#at += 1;
    return character;
  }

  #take(character: string): boolean {
    if (this.#peek !== character) return false;
    this.#at += 1;
    return true;
  }
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function one(code: number): Ranges {
  return [[code, code]];
}

/** The one code point of a class member; `\d-z` has none. */
function single(ranges: Ranges): number {
  const [first] = ranges;
  if (ranges.length !== 1 || !first || first[0] !== first[1]) throw new NotFollowed();
  return first[0];
}
