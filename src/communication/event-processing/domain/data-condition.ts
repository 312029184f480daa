import type { RuleMatch } from './rule.js';

type Condition = NonNullable<RuleMatch['data']>[number];

const shownCharsMax = 60;

/** A condition of a rule with its path already taken apart. */
export interface CompiledCondition {
  readonly path: string;
  readonly steps: readonly string[];
  readonly equals: Condition['equals'];
  readonly prefix: string | undefined;
}

/** Takes the path of a condition apart once, so that matching only walks it. */
export function compileCondition({ path, equals, prefix }: Condition): CompiledCondition {
  return { path, steps: path.split('.'), equals, prefix };
}

/** Whether the data holds the value that the condition asks for. */
export function holds(condition: CompiledCondition, data: unknown): boolean {
  const value = valueAt(condition.steps, data);
  if (condition.prefix === undefined) return value === condition.equals;
  return typeof value === 'string' && value.startsWith(condition.prefix);
}

/** Why the condition does not hold, in words: `data pull_request.base.ref is "dev", not "main"`. */
export function explainCondition(condition: CompiledCondition, data: unknown): string {
  const value = valueAt(condition.steps, data);
  if (value === undefined) return `data ${condition.path} is missing`;
  const { prefix } = condition;
  const fault =
    prefix === undefined ? `not ${shown(condition.equals)}` : `without prefix ${shown(prefix)}`;
  return `data ${condition.path} is ${shown(value)}, ${fault}`;
}

/**
 * The value at a path, undefined when there is none. Only own properties and array items are read,
 * so that data from outside can never reach a prototype.
 */
function valueAt(steps: readonly string[], data: unknown): unknown {
  let value = data;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null) return undefined;
    // `length` is an own property of arrays, but not a part of the data.
    if (Array.isArray(value) && step === 'length') return undefined;
    if (!Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  const cut = value.length > shownCharsMax;
  return JSON.stringify(cut ? `${value.slice(0, shownCharsMax).toWellFormed()}…` : value);
}
