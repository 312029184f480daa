import ts from 'typescript';
import { type HouseGraph, type SourceUnit } from '../import-graph.ts';
import { lineOf } from '../syntax.ts';
import { type SymbolId, type Symbols } from './symbols.ts';

/** A decorator as it is called. */
export interface Decoration {
  readonly id: SymbolId;
  readonly args: readonly ts.Expression[];
  readonly line: number;
}

/** Something that Nest has to hand in. */
export interface Injection {
  /** The class that serves as token, or the text of a token; null when it is neither. */
  readonly token: SymbolId | null;
  readonly line: number;
}

/** A class of ours. */
export interface DeclaredClass {
  readonly id: SymbolId;
  readonly name: string;
  readonly unit: SourceUnit;
  readonly line: number;
  readonly node: ts.ClassDeclaration;
  readonly decorations: readonly Decoration[];
  /** Null when it extends nothing, or what a call makes. */
  readonly base: SymbolId | null;
  /** The call that made the class which it extends (`extends defineEvent({ ... })`). */
  readonly madeBy: ts.CallExpression | null;
  /** Null when it has no constructor of its own. */
  readonly injects: readonly Injection[] | null;
}

/** Every class at the top of a file. */
export function readClasses({ code }: HouseGraph, symbols: Symbols): DeclaredClass[] {
  return code.flatMap((unit) =>
    unit.syntax.statements.flatMap((node) =>
      ts.isClassDeclaration(node) && node.name !== undefined
        ? [classOf(symbols, unit, node, node.name.text)]
        : [],
    ),
  );
}

/** The decorator with this name that comes from a place whose name starts so. */
export function decorationOf(
  { decorations }: Pick<DeclaredClass, 'decorations'>,
  origin: string,
  name: string,
): Decoration | undefined {
  return decorations.find(({ id }) => id.startsWith(origin) && id.endsWith(`#${name}`));
}

/** What stands in a decorator list, whatever it decorates. */
export function decorationsOf(
  symbols: Symbols,
  unit: SourceUnit,
  node: ts.HasDecorators,
): Decoration[] {
  return (ts.getDecorators(node) ?? []).flatMap(({ expression }) => {
    const isCall = ts.isCallExpression(expression);
    const id = symbols.named(unit, isCall ? expression.expression : expression);
    const args = isCall ? [...expression.arguments] : [];
    return id === null ? [] : [{ id, args, line: lineOf(unit.syntax, expression) }];
  });
}

function classOf(
  symbols: Symbols,
  unit: SourceUnit,
  node: ts.ClassDeclaration,
  name: string,
): DeclaredClass {
  const extended = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
    ?.types[0]?.expression;
  const constructor = node.members.find(ts.isConstructorDeclaration);
  return {
    id: `${unit.path}#${name}`,
    name,
    unit,
    line: lineOf(unit.syntax, node),
    node,
    decorations: decorationsOf(symbols, unit, node),
    base: symbols.named(unit, extended),
    madeBy: extended !== undefined && ts.isCallExpression(extended) ? extended : null,
    injects: constructor?.parameters.map((one) => injectionOf(symbols, unit, one)) ?? null,
  };
}

function injectionOf(
  symbols: Symbols,
  unit: SourceUnit,
  parameter: ts.ParameterDeclaration,
): Injection {
  const line = lineOf(unit.syntax, parameter);
  const inject = decorationsOf(symbols, unit, parameter).find(
    ({ id }) => id === '@nestjs/common#Inject',
  );
  const [token] = inject?.args ?? [];
  if (token !== undefined) return { token: tokenOf(symbols, unit, token), line };
  return { token: symbols.named(unit, parameter.type), line };
}

/** A provider's token: a class, a constant, or a text in quotes. */
export function tokenOf(symbols: Symbols, unit: SourceUnit, node: ts.Expression): SymbolId | null {
  if (ts.isStringLiteralLike(node)) return `'${node.text}'`;
  return symbols.named(unit, node);
}
