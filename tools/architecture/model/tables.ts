import ts from 'typescript';
import { type HouseGraph, type SourceUnit } from '../import-graph.ts';
import { lineOf } from '../syntax.ts';

/** A table that a migration makes, or that a query names. */
export interface TableMention {
  readonly table: string;
  readonly unit: SourceUnit;
  readonly line: number;
  /** False for names read out of SQL text, which may also name a view or a sub-query. */
  readonly isSure: boolean;
}

/** Methods of Kysely whose first argument is a table, perhaps with an alias. */
const tableMethods = new Set([
  'selectFrom',
  'insertInto',
  'updateTable',
  'deleteFrom',
  'replaceInto',
  'mergeInto',
  'innerJoin',
  'leftJoin',
  'rightJoin',
  'fullJoin',
  'crossJoin',
]);
const queryNames = new Set(['with', 'withRecursive']);
const created = /\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?"?(\w+)/gi;
const renamed = /\bALTER\s+TABLE\s+"?(\w+)"?\s+RENAME\s+TO\s+"?(\w+)/gi;
const namedInSql = /\b(?:FROM|JOIN|INTO|UPDATE)\s+"?([a-z_]\w*)/g;

/** The tables that the code makes, under the names that they have in the end. */
export function readTables({ code }: HouseGraph): TableMention[] {
  return code.flatMap((unit) => {
    const texts = textsIn(unit);
    const made = texts.flatMap(({ text, line }) =>
      [...text.matchAll(created)].map((match) => mention(unit, match, text, line, true)),
    );
    // A table that takes another one's name was made to replace it.
    const passing = new Set(
      texts.flatMap(({ text }) => [...text.matchAll(renamed)].map(([, from]) => from)),
    );
    return made.filter(({ table }) => !passing.has(table));
  });
}

/** The tables that queries name. */
export function readTableUses({ code }: HouseGraph): TableMention[] {
  return code.flatMap((unit) => [...builtQueries(unit), ...writtenQueries(unit)]);
}

function builtQueries(unit: SourceUnit): TableMention[] {
  // `with('name', ...)` makes a name for one query, which is no table.
  const local = new Set(callsWithText(unit, queryNames).map(({ name }) => name));
  return callsWithText(unit, tableMethods).flatMap(({ name, line }) =>
    local.has(name) ? [] : [{ table: name, unit, line, isSure: true }],
  );
}

/** Calls of these methods whose first argument is a text: its first word. */
function callsWithText({ nodes, syntax }: SourceUnit, methods: ReadonlySet<string>) {
  return nodes.flatMap((node) => {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
    const [first] = node.arguments;
    if (!methods.has(node.expression.name.text) || first === undefined) return [];
    if (!ts.isStringLiteralLike(first)) return [];
    return [{ name: /^\w*/.exec(first.text)?.[0] ?? '', line: lineOf(syntax, first) }];
  });
}

function writtenQueries(unit: SourceUnit): TableMention[] {
  return textsIn(unit).flatMap(({ text, line }) =>
    [...text.matchAll(namedInSql)].map((match) => mention(unit, match, text, line, false)),
  );
}

interface WrittenText {
  readonly text: string;
  readonly line: number;
}

/** Every string and every piece of a template of the file. */
function textsIn({ nodes, syntax }: SourceUnit): WrittenText[] {
  return nodes.flatMap((node) => {
    const isText =
      ts.isStringLiteralLike(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddle(node) ||
      ts.isTemplateTail(node);
    return isText ? [{ text: node.text, line: lineOf(syntax, node) }] : [];
  });
}

function mention(
  unit: SourceUnit,
  match: RegExpExecArray,
  text: string,
  line: number,
  isSure: boolean,
): TableMention {
  const above = text.slice(0, match.index).split('\n').length - 1;
  return { table: match[1] ?? '', unit, line: line + above, isSure };
}
