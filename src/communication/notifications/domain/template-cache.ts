import type { LiquidTemplate } from './liquid-engine.js';

/** Characters of all sources together; a parsed template needs some tens of bytes for each. */
const sourceCharsMax = 1_000_000;

/** Remembers parsed templates by their text and forgets the ones that were not used for longest. */
export class TemplateCache {
  // A Map keeps the order of insertion: the first entry is the one that was not used for longest.
  private readonly parsed = new Map<string, LiquidTemplate>();
  private sourceChars = 0;

  constructor(private readonly charsMax = sourceCharsMax) {}

  /** The parsed template of a source; `parse` is asked when it is not remembered, and may throw. */
  get(source: string, parse: () => LiquidTemplate): LiquidTemplate {
    const known = this.parsed.get(source);
    if (known !== undefined) {
      this.parsed.delete(source);
      this.parsed.set(source, known);
      return known;
    }
    const template = parse();
    this.parsed.set(source, template);
    this.sourceChars += source.length;
    this.forgetOldest();
    return template;
  }

  private forgetOldest(): void {
    for (const source of this.parsed.keys()) {
      if (this.sourceChars <= this.charsMax) return;
      this.parsed.delete(source);
      this.sourceChars -= source.length;
    }
  }
}
