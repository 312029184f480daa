/** What a text in CML declares and names. */
export interface CmlModel {
  readonly contains: readonly string[];
  /** `A [U,OHS]->[D,CF] B`, without spaces inside of the brackets. */
  readonly relations: readonly string[];
  /** Bounded contexts, with the domain parts that they implement. */
  readonly boundedContexts: ReadonlyMap<string, readonly string[]>;
  readonly subdomains: readonly string[];
  readonly messages: readonly string[];
}

const token = /\s+|\/\*[\s\S]*?\*\/|"[^"\\]*"|<->|->|[[\]{},=]|[A-Za-z_]\w*/y;
const pairs = [
  /^\[P\]<->\[P\]$/,
  /^\[SK\]<->\[SK\]$/,
  /^\[U(?:,(?:OHS|PL))*\]->\[D(?:,(?:ACL|CF))?\]$/,
  /^\[U,S(?:,PL)?\]->\[D,C(?:,ACL)?\]$/,
];
const enums: Readonly<Record<string, readonly string[]>> = {
  ContextMap: ['SYSTEM_LANDSCAPE', 'ORGANIZATIONAL'],
  BoundedContext: ['FEATURE', 'APPLICATION', 'SYSTEM', 'TEAM'],
  Subdomain: ['CORE_DOMAIN', 'SUPPORTING_DOMAIN', 'GENERIC_SUBDOMAIN'],
};

/**
 * Reads the part of the Context Mapper language that we write, by its grammar
 * (`ContextMappingDSL.xtext` and `TacticDDDLanguage.xtext` of ContextMapper/context-mapper-dsl).
 *
 * @throws Error at the first word that the grammar does not allow there
 */
export function readCml(text: string): CmlModel {
  return new CmlReader(tokensOf(text)).model();
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const start = token.lastIndex;
    const match = token.exec(text);
    if (match === null) throw new Error(`CML does not have ${text.slice(start, start + 20)}`);
    if (!/^(?:\s|\/\*)/.test(match[0])) tokens.push(match[0]);
  }
  return tokens;
}

class CmlReader {
  private at = 0;
  private readonly contains: string[] = [];
  private readonly relations: string[] = [];
  private readonly boundedContexts = new Map<string, string[]>();
  private readonly subdomains: string[] = [];
  private readonly messages: string[] = [];
  private readonly tokens: readonly string[];

  constructor(tokens: readonly string[]) {
    this.tokens = tokens;
  }

  model(): CmlModel {
    const { contains, relations, boundedContexts, subdomains, messages } = this;
    while (this.at < this.tokens.length) {
      if (this.takes('ContextMap')) this.contextMap();
      else if (this.takes('BoundedContext')) this.boundedContext();
      else if (this.takes('Domain')) this.domain();
      else this.fail();
    }
    return { contains, relations, boundedContexts, subdomains, messages };
  }

  private contextMap(): void {
    this.name();
    this.expect('{');
    this.oneOf('type', enums['ContextMap']);
    this.oneOf('state', ['AS_IS', 'TO_BE']);
    while (this.takes('contains')) {
      do this.contains.push(this.name());
      while (this.takes(','));
    }
    while (!this.takes('}')) this.relation();
  }

  private relation(): void {
    const one = this.name();
    let pair = '';
    while (!/^[A-Z]\w*$/.test(this.peek()) || pair.endsWith('[') || pair.endsWith(',')) {
      pair += this.next();
    }
    if (!pairs.some((allowed) => allowed.test(pair))) throw new Error(`CML has no ${pair}`);
    this.relations.push(`${one} ${pair} ${this.name()}`);
    if (!this.takes('{')) return;
    if (this.takes('implementationTechnology')) this.text();
    this.expect('}');
  }

  private boundedContext(): void {
    const name = this.name();
    const parts: string[] = [];
    if (this.takes('implements')) {
      do parts.push(this.name());
      while (this.takes(','));
    }
    this.boundedContexts.set(name, parts);
    this.expect('{');
    if (this.takes('domainVisionStatement')) this.text();
    this.oneOf('type', enums['BoundedContext']);
    if (this.takes('implementationTechnology')) this.text();
    while (this.takes('Aggregate')) {
      this.name();
      this.expect('{');
      while (this.takes('DomainEvent') || this.takes('CommandEvent')) {
        this.messages.push(this.name());
      }
      this.expect('}');
    }
    this.expect('}');
  }

  private domain(): void {
    this.name();
    this.expect('{');
    while (this.takes('Subdomain')) {
      this.subdomains.push(this.name());
      this.expect('{');
      this.oneOf('type', enums['Subdomain']);
      if (this.takes('domainVisionStatement')) this.text();
      this.expect('}');
    }
    this.expect('}');
  }

  private oneOf(attribute: string, values: readonly string[] = []): void {
    if (!this.takes(attribute)) return;
    this.expect('=');
    if (!values.includes(this.next())) this.fail();
  }

  private text(): void {
    this.expect('=');
    if (!this.next().startsWith('"')) this.fail();
  }

  private name(): string {
    const name = this.next();
    return /^[A-Za-z_]\w*$/.test(name) ? name : this.fail();
  }

  private peek(): string {
    return this.tokens[this.at] ?? 'the end';
  }

  private next(): string {
    if (this.at >= this.tokens.length) this.fail();
    this.at += 1;
    return this.tokens[this.at - 1] ?? '';
  }

  private takes(word: string): boolean {
    if (this.peek() !== word) return false;
    this.at += 1;
    return true;
  }

  private expect(word: string): void {
    if (!this.takes(word)) this.fail();
  }

  private fail(): never {
    throw new Error(`CML does not expect ${this.tokens.slice(this.at - 3, this.at + 1).join(' ')}`);
  }
}
