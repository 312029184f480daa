import {
  compareShares,
  isRipe,
  learnedMin,
  settle,
  shareOf,
  type Verdict,
} from './judge-samples.js';
import { fieldPath } from './payload-paths.js';
import {
  mapSizeMin,
  newShapeNode,
  type PayloadShape,
  shapeLimits,
  type ShapeNode,
  types,
  valueTypes,
  type Watched,
} from './payload-shape.js';
import type { PayloadTally, TallyNode } from './payload-tally.js';
import { bothOf, factsOf, type PlaceFacts } from './place-facts.js';

/** One way in which payloads are no longer as they were. */
export interface ShapeChange {
  readonly kind: 'field-disappeared' | 'field-appeared' | 'type-changed';
  /** `commits[].author.name`; `[]` stands for every element, `{}` for every value of a map. */
  readonly path: string;
  readonly before: PlaceFacts;
  readonly after: PlaceFacts;
}

/** A shape with the newest samples in it, and what they changed. */
export interface LearnedShape {
  readonly shape: PayloadShape;
  readonly changes: readonly ShapeChange[];
}

/**
 * Learns from samples and tells what is no longer as it was. The shape is changed in place: it is
 * read for this alone. Only what is told is told once; then it is how things are.
 *
 * @param shape null when nothing was learned yet
 */
export function learnShape(shape: PayloadShape | null, tally: PayloadTally): LearnedShape {
  const lesson = new Lesson(shape?.nodes ?? 1, tally.overflowed);
  const root = shape?.root ?? newShapeNode(0);
  lesson.learn(root, tally.root, tally.samples, '');
  const samples = (shape?.samples ?? 0) + tally.samples;
  return { shape: { samples, nodes: lesson.nodes, root }, changes: lesson.changes };
}

/** One walk over a shape and a tally side by side. */
class Lesson {
  readonly changes: ShapeChange[] = [];

  constructor(
    public nodes: number,
    /** Then an absent place may have been left out. */
    private readonly overflowed: boolean,
  ) {}

  /** @param chances payloads of the tally that could have this place */
  learn(node: ShapeNode, tally: TallyNode | null, chances: number, path: string): void {
    this.learnBelow(node, tally, path);
    addTo(node.presence, [chances, tally?.present ?? 0]);
    if (tally !== null) addTo(node.types, [tally.present, ...tally.types]);
    // A place that is gone has no types to speak of, and a new one is told of as new.
    const moved = this.judgePresence(node, path);
    this.judgeTypes(node, path, moved);
  }

  /** Children first: what they could have been is read before this place's own counts move. */
  private learnBelow(node: ShapeNode, tally: TallyNode | null, path: string): void {
    if (tally === null) return;
    if (tally.isMap) this.forgetFields(node);
    else this.learnFields(node, tally, path);
    // How many elements a list has is data: their place is there as often as it is seen.
    if (tally.items !== null) {
      const items = (node.items ??= this.newNode(0));
      if (items !== null) this.learn(items, tally.items, tally.items.present, `${path}[]`);
    }
    if (tally.entries !== null) {
      const entries = (node.entries ??= this.newNode(0));
      if (entries !== null) this.learn(entries, tally.entries, tally.entries.present, `${path}{}`);
    }
  }

  private learnFields(node: ShapeNode, tally: TallyNode, path: string): void {
    const chances = tally.types[types.object] ?? 0;
    if (chances === 0 || isMap(node)) return;
    for (const [name, field] of node.fields) {
      const seen = tally.fields.get(name) ?? null;
      if (seen === null && this.overflowed) continue;
      this.learn(field, seen, chances, fieldPath(path, name));
    }
    for (const [name, seen] of tally.fields) {
      if (node.fields.has(name)) continue;
      if (node.fields.size >= mapSizeMin) {
        this.forgetFields(node);
        return;
      }
      const { base, recent } = node.types;
      const object = types.object + 1;
      const field = this.newNode((base[object] ?? 0) + (recent[object] ?? 0));
      if (field === null) return;
      node.fields.set(name, field);
      this.learn(field, seen, chances, fieldPath(path, name));
    }
  }

  /** Too many names are those of a map: none of them is a field any more. */
  private forgetFields(node: ShapeNode): void {
    for (const field of node.fields.values()) this.nodes -= 1 + sizeBelow(field);
    node.fields.clear();
    node.entries ??= this.newNode(0);
  }

  private newNode(chances: number): ShapeNode | null {
    if (this.nodes >= shapeLimits.nodesMax) return null;
    this.nodes++;
    return newShapeNode(chances);
  }

  /** @returns whether the place came or went */
  private judgePresence(node: ShapeNode, path: string): boolean {
    const { presence } = node;
    if (!isRipe(presence)) {
      settleWhileLearning(presence);
      return false;
    }
    const verdict = compareShares(shareOf(presence.base, 0), shareOf(presence.recent, 0));
    const moved = verdict === 'gone' || verdict === 'came';
    if (moved) {
      const kind = verdict === 'gone' ? 'field-disappeared' : 'field-appeared';
      const types = { before: verdict === 'gone', after: verdict === 'came' };
      this.changes.push({
        kind,
        path,
        before: factsOf(presence.base, types.before ? bothOf(node.types) : null),
        after: factsOf(presence.recent, types.after ? bothOf(node.types) : null),
      });
    }
    settle(presence, verdict);
    return moved;
  }

  private judgeTypes(node: ShapeNode, path: string, moved: boolean): void {
    const watched = node.types;
    if (moved || !isRipe(watched)) {
      settleWhileLearning(watched);
      return;
    }
    const verdict = verdictOnTypes(watched);
    if (verdict === 'came') {
      const { base, recent } = node.presence;
      const share = shareOf(recent[0] === 0 ? base : recent, 0);
      this.changes.push({
        kind: 'type-changed',
        path: path === '' ? '$' : path,
        before: { ...factsOf(watched.base, watched.base), share },
        after: { ...factsOf(watched.recent, watched.recent), share },
      });
    }
    settle(watched, verdict);
  }
}

/** Only a type that is new here is a change: one of several known ones may stay away. */
function verdictOnTypes(watched: Watched): Verdict {
  const verdicts = valueTypes.map((_type, at) =>
    compareShares(shareOf(watched.base, at), shareOf(watched.recent, at)),
  );
  if (verdicts.includes('came')) return 'came';
  return verdicts.includes('doubtful') ? 'doubtful' : 'as-before';
}

/** Until enough is known there is nothing to compare with: every sample is learned at once. */
function settleWhileLearning(watched: Watched): void {
  if ((watched.base[0] ?? 0) < learnedMin) settle(watched, 'as-before');
}

function addTo({ recent }: Watched, counts: readonly number[]): void {
  for (const [at, count] of counts.entries()) recent[at] = (recent[at] ?? 0) + count;
}

function isMap({ fields, entries }: ShapeNode): boolean {
  return entries !== null && fields.size === 0;
}

function sizeBelow(node: ShapeNode): number {
  let size = 0;
  for (const child of [...node.fields.values(), node.items, node.entries]) {
    if (child !== null) size += 1 + sizeBelow(child);
  }
  return size;
}
