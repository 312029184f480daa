import ts from 'typescript';
import { declaredIn } from './declared.ts';
import { type House } from './house.ts';
import { type SourceUnit } from './import-graph.ts';
import { type Message } from './model/messages.ts';
import { propertyOf, type SymbolId } from './model/symbols.ts';
import { type Rule, type Violation } from './rule.ts';
import { lineOf } from './syntax.ts';

/** What zod can check and JSON cannot carry. */
const noJson = new Set([
  'bigint',
  'custom',
  'date',
  'file',
  'function',
  'instanceof',
  'int64',
  'map',
  'nan',
  'promise',
  'set',
  'symbol',
  'uint64',
  'undefined',
  'void',
]);

export const payloadRule: Rule = {
  id: 'contract-payload-is-json',
  sentence:
    'The payload of an event, and of a message of contracts/, is JSON: no Date, Map, bigint, ' +
    'bytes or class; a result may be void.',
  why: 'What crosses a border is stored, replayed, documented and pacted, which JSON alone survives.',
  mend:
    'Use milliseconds, ISO text, arrays or z.codec; a message that never leaves the process may be ' +
    'named under `inProcess` in context.ts.',
  check: (house) => house.messages.flatMap((message) => faultsOf(house, message)),
};

function faultsOf(house: House, message: Message): Violation[] {
  const { unit } = message.declared;
  const { place } = unit;
  const isCrossing = place.kind === 'module' && message.isContract;
  if (message.kind !== 'event' && !isCrossing) return [];
  const declared = place.kind === 'module' ? declaredIn(house, place.context) : null;
  if (declared?.inProcess[message.name] !== undefined) return [];
  return jsonFaults(house, message);
}

/** What of a message's schemas is no JSON, told where the message uses it. */
export function jsonFaults(house: House, message: Message): Violation[] {
  const { unit } = message.declared;
  const { definition } = message;
  if (definition === null) return [];
  return ['schema', 'input', 'result'].flatMap((property) => {
    const schema = propertyOf(definition, property);
    if (schema === undefined) return [];
    const strange = strangersIn(house, unit, schema, new Set()).filter(
      ({ name }) => !(name === 'void' && property === 'result'),
    );
    return strange.map(({ name, at }) => {
      const node = at.getSourceFile() === unit.syntax ? at : schema;
      const found = `the ${property} of ${message.name} has z.${name}`;
      return { file: unit.path, line: lineOf(unit.syntax, node), found };
    });
  });
}

interface Stranger {
  readonly name: string;
  readonly at: ts.Node;
}

/** The calls of zod in a schema, through constants and functions of ours, that are no JSON. */
function strangersIn(
  house: House,
  unit: SourceUnit,
  node: ts.Node,
  seen: Set<SymbolId>,
): Stranger[] {
  const found: Stranger[] = [];
  const visit = (visited: ts.Node): void => {
    const name = zodCall(visited);
    if (name !== null && noJson.has(name)) found.push({ name, at: visited });
    if (name === 'codec' && ts.isCallExpression(visited)) {
      // JSON is what a codec reads; what it makes of it stays inside.
      const [wire] = visited.arguments;
      if (wire !== undefined) visit(wire);
      return;
    }
    if (ts.isIdentifier(visited) && isReference(visited)) {
      const id = house.symbols.named(unit, visited);
      const constant = house.symbols.constant(id);
      if (id !== null && constant !== undefined && !seen.has(id)) {
        seen.add(id);
        found.push(...strangersIn(house, constant.unit, constant.value, seen));
      }
    }
    ts.forEachChild(visited, visit);
  };
  visit(node);
  return found;
}

/** The name in `z.name(...)` and `z.coerce.name(...)`. */
function zodCall(node: ts.Node): string | null {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return null;
  const { expression, name } = node.expression;
  return ['z', 'z.coerce'].includes(expression.getText()) ? name.text : null;
}

/** A name that is read, not one behind a dot or before a colon. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  return !ts.isPropertyAssignment(parent) || parent.initializer === node;
}
