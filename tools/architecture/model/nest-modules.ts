import ts from 'typescript';
import { type SourceUnit } from '../import-graph.ts';
import { lineOf, nodesOf } from '../syntax.ts';
import { type DeclaredClass, decorationOf, type Injection, tokenOf } from './classes.ts';
import { elementsOf, type Placed } from './literals.ts';
import { propertyOf, type SymbolId, type Symbols, unwrapped } from './symbols.ts';

/** A name and the line at which it is named. */
export interface Mention {
  readonly id: SymbolId;
  readonly line: number;
}

/** What one entry of `providers` puts into the container. */
interface Provided {
  readonly token: SymbolId;
  readonly line: number;
  readonly how: 'class' | 'existing' | 'value' | 'factory';
  /** The class that is made, or the token that is used; null for values and factories. */
  readonly uses: SymbolId | null;
  /** What its factory is handed. */
  readonly injects: readonly Injection[];
}

/** A class with `@Module`, its decorator and its dynamic form taken together. */
export interface NestModule {
  readonly id: SymbolId;
  readonly name: string;
  readonly unit: SourceUnit;
  readonly line: number;
  /** The line that makes it global, or null. */
  readonly globalLine: number | null;
  readonly imports: readonly Mention[];
  readonly providers: readonly Provided[];
  readonly controllers: readonly Mention[];
  readonly exports: readonly Mention[];
}

/** Every Nest module of ours. */
export function readModules(classes: readonly DeclaredClass[], symbols: Symbols): NestModule[] {
  return classes.flatMap((declared) => {
    const decoration = decorationOf(declared, '@nestjs/common', 'Module');
    if (decoration === undefined) return [];
    const { id, name, unit, line, node } = declared;
    const parts = [...decoration.args, ...dynamicForms(node, name)];
    const listed = (property: string) => listsIn(symbols, unit, parts, property);
    return [
      {
        id,
        name,
        unit,
        line,
        globalLine: globalLineOf(declared, parts),
        imports: listed('imports').flatMap((one) => mentionOf(symbols, moduleIn(one))),
        providers: listed('providers').flatMap((one) => providedBy(symbols, one)),
        controllers: listed('controllers').flatMap((one) => mentionOf(symbols, one)),
        exports: listed('exports').flatMap((one) => mentionOf(symbols, one)),
      },
    ];
  });
}

/** Object literals in the class that say `module: ThisClass`. */
function dynamicForms(node: ts.ClassDeclaration, name: string): ts.ObjectLiteralExpression[] {
  return nodesOf(node)
    .filter(ts.isObjectLiteralExpression)
    .filter((object) => propertyOf(object, 'module')?.getText() === name);
}

function listsIn(
  symbols: Symbols,
  unit: SourceUnit,
  parts: readonly ts.Expression[],
  property: string,
): Placed[] {
  return parts.flatMap((part) => {
    const node = propertyOf(unwrapped(part), property);
    return node === undefined ? [] : elementsOf(symbols, { unit, node });
  });
}

function globalLineOf(
  { unit, ...declared }: DeclaredClass,
  parts: readonly ts.Expression[],
): number | null {
  const decoration = decorationOf(declared, '@nestjs/common', 'Global');
  if (decoration !== undefined) return decoration.line;
  const flag = parts
    .map((part) => propertyOf(unwrapped(part), 'global'))
    .find((value) => value?.kind === ts.SyntaxKind.TrueKeyword);
  return flag === undefined ? null : lineOf(unit.syntax, flag);
}

/** `XModule.forRoot(...)` stands for XModule. */
function moduleIn({ unit, node }: Placed): Placed {
  const bare = unwrapped(node) as ts.Expression;
  if (!ts.isCallExpression(bare) || !ts.isPropertyAccessExpression(bare.expression)) {
    return { unit, node: bare };
  }
  return { unit, node: bare.expression.expression };
}

function mentionOf(symbols: Symbols, { unit, node }: Placed): Mention[] {
  const id = tokenOf(symbols, unit, node);
  return id === null ? [] : [{ id, line: lineOf(unit.syntax, node) }];
}

function providedBy(symbols: Symbols, { unit, node }: Placed): Provided[] {
  const line = lineOf(unit.syntax, node);
  const bare = unwrapped(node);
  if (!ts.isObjectLiteralExpression(bare)) {
    const id = symbols.named(unit, bare);
    return id === null ? [] : [{ token: id, line, how: 'class', uses: id, injects: [] }];
  }
  const provide = propertyOf(bare, 'provide');
  const token = provide === undefined ? null : tokenOf(symbols, unit, provide);
  if (token === null) return [];
  const named = (property: string) => symbols.named(unit, propertyOf(bare, property));
  const made = named('useClass');
  if (made !== null) return [{ token, line, how: 'class', uses: made, injects: [] }];
  const existing = named('useExisting');
  if (existing !== null) return [{ token, line, how: 'existing', uses: existing, injects: [] }];
  const how = propertyOf(bare, 'useFactory') === undefined ? 'value' : 'factory';
  return [{ token, line, how, uses: null, injects: handedIn(symbols, unit, bare) }];
}

function handedIn(
  symbols: Symbols,
  unit: SourceUnit,
  provider: ts.ObjectLiteralExpression,
): Injection[] {
  const inject = propertyOf(provider, 'inject');
  if (inject === undefined) return [];
  return elementsOf(symbols, { unit, node: inject }).map((one) => ({
    token: tokenOf(symbols, one.unit, one.node),
    line: lineOf(one.unit.syntax, one.node),
  }));
}
