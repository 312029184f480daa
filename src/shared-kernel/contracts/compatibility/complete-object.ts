import { documentSize, documentSizeMax } from './document-size.js';
import { empty, found } from './outcome.js';
import { undecided } from './leaf.js';
import type { Json } from './json-schema.js';
import type { Leaf } from './leaf.js';
import type { ObjectPlan } from './object-plan.js';
import type { OpenOutcome, Outcome } from './outcome.js';

const propertiesMax = 200;

/**
 * The plan as an object: values for its properties, and more properties up to the least count and
 * so many `extra` (-1: every known property that may be there).
 */
export function completeObject(plan: ObjectPlan, extra: number, leaf: Leaf): Outcome {
  const { facts, properties } = plan;
  if (properties.size > facts.countMax) return empty;
  const members = new Map<string, Json>();
  let open: OpenOutcome | undefined;
  for (const [name, wanted] of properties) {
    const value = leaf.solver.solveAt(name, [...facts.valueGoal(name), ...wanted]);
    if (value.kind === 'empty') return empty;
    if (value.kind === 'unknown') open ??= value;
    if (value.value !== undefined) members.set(name, value.value);
  }
  const least = Math.max(facts.countMin, properties.size + Math.max(extra, 0));
  const wantedCount = Math.min(extra < 0 ? facts.known.size : least, facts.countMax);
  if (wantedCount > propertiesMax) return undecided(leaf, undefined);
  const isShort = !open && fill(members, plan, wantedCount, extra > 0, leaf) === 'exhausted';
  if (isShort && members.size < facts.countMin) return empty;
  const value = Object.fromEntries(members);
  if (documentSize(value) > documentSizeMax) return undecided(leaf, undefined);
  if (open) return { ...open, value };
  return members.size < facts.countMin ? undecided(leaf, value) : found(value);
}

/** Adds properties; `exhausted` when it is proved that there are no more that could be added. */
function fill(
  members: Map<string, Json>,
  plan: ObjectPlan,
  count: number,
  freshFirst: boolean,
  leaf: Leaf,
): 'full' | 'exhausted' | 'open' {
  const unknown: string[] = [];
  const known = [...plan.facts.known].filter((name) => !plan.facts.isBarred(name));
  const add = (name: string): boolean => {
    if (members.has(name)) return true;
    const value = leaf.solver.solveAt(name, plan.facts.valueGoal(name));
    if (value.kind === 'unknown') unknown.push(name);
    if (value.kind === 'found') members.set(name, value.value);
    return value.kind === 'found';
  };
  const addFresh = () => {
    while (members.size < count) {
      const { names, isComplete } = plan.fresh.ofAnyKind([...members.keys()]);
      if (!isComplete) unknown.push('');
      if (!names.some(add)) return;
    }
  };
  if (freshFirst) addFresh();
  for (const name of known) if (members.size < count) add(name);
  addFresh();
  if (members.size >= count) return 'full';
  return unknown.length > 0 ? 'open' : 'exhausted';
}
