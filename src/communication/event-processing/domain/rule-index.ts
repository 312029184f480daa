import type { CompiledRule } from './compiled-rule.js';
import type { MatchableEvent } from './matchable-event.js';

/** The rules behind one type or one prefix, by the sources that they are limited to. */
interface Bucket {
  readonly anySource: CompiledRule[];
  readonly bySource: Map<string, CompiledRule[]>;
}

/**
 * Finds the rules whose type and source fit an event without asking the others: exact types and
 * prefixes are looked up in maps. A prefix costs one lookup per length in use, however many rules
 * share that length.
 */
export class RuleIndex {
  /** All rules, in the order in which they were added. */
  readonly all: CompiledRule[] = [];
  private readonly byType = new Map<string, Bucket>();
  private readonly byPrefix = new Map<string, Bucket>();
  private readonly prefixLengths = new Set<number>();

  add(compiled: CompiledRule): void {
    this.all.push(compiled);
    for (const type of compiled.exactTypes) put(this.byType, type, compiled);
    for (const prefix of compiled.typePrefixes) {
      put(this.byPrefix, prefix, compiled);
      this.prefixLengths.add(prefix.length);
    }
  }

  /** The rules whose type and source fit, each once, in the order in which they were added. */
  candidates(event: MatchableEvent): CompiledRule[] {
    const found: CompiledRule[] = [];
    collect(this.byType.get(event.type), event, found);
    if (!event.operational) {
      for (const length of this.prefixLengths) {
        if (length > event.type.length) continue;
        collect(this.byPrefix.get(event.type.slice(0, length)), event, found);
      }
    }
    if (found.length < 2) return found;
    // A rule is found more than once when several of its types, or both forms of its source, fit.
    return [...new Set(found)].sort((a, b) => a.order - b.order);
  }
}

function put(buckets: Map<string, Bucket>, key: string, compiled: CompiledRule): void {
  let bucket = buckets.get(key);
  if (bucket === undefined) buckets.set(key, (bucket = { anySource: [], bySource: new Map() }));
  if (compiled.sources === undefined) {
    bucket.anySource.push(compiled);
    return;
  }
  for (const source of compiled.sources) {
    const rules = bucket.bySource.get(source);
    if (rules === undefined) bucket.bySource.set(source, [compiled]);
    else rules.push(compiled);
  }
}

function collect(bucket: Bucket | undefined, event: MatchableEvent, found: CompiledRule[]): void {
  if (bucket === undefined) return;
  for (const compiled of bucket.anySource) found.push(compiled);
  if (bucket.bySource.size === 0) return;
  for (const compiled of bucket.bySource.get(event.source) ?? []) found.push(compiled);
  if (event.sourceId === null) return;
  for (const compiled of bucket.bySource.get(event.sourceId) ?? []) found.push(compiled);
}
