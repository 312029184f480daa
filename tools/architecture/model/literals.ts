import ts from 'typescript';
import { type SourceUnit } from '../import-graph.ts';
import { propertyOf, type Symbols, unwrapped } from './symbols.ts';

/** An expression and the file in which it stands. */
export interface Placed<Node extends ts.Node = ts.Expression> {
  readonly unit: SourceUnit;
  readonly node: Node;
}

/**
 * The elements of a list as written: through constants, spreads and both sides of a condition. What
 * is computed otherwise counts as one element.
 */
export function elementsOf(symbols: Symbols, { unit, node }: Placed): Placed[] {
  const bare = unwrapped(node) as ts.Expression;
  if (ts.isArrayLiteralExpression(bare)) {
    return bare.elements.flatMap((element) =>
      ts.isSpreadElement(element)
        ? elementsOf(symbols, { unit, node: element.expression })
        : [{ unit, node: element }],
    );
  }
  if (ts.isConditionalExpression(bare)) {
    return [bare.whenTrue, bare.whenFalse].flatMap((side) =>
      elementsOf(symbols, { unit, node: side }),
    );
  }
  const constant = symbols.constant(symbols.named(unit, bare));
  if (constant === undefined) return [{ unit, node: bare }];
  const value = unwrapped(constant.value);
  const isList = ts.isArrayLiteralExpression(value) || ts.isConditionalExpression(value);
  return isList
    ? elementsOf(symbols, { unit: constant.unit, node: value })
    : [{ unit, node: bare }];
}

/** The object literal that an expression is, or that the constant is which it names. */
export function objectOf(
  symbols: Symbols,
  { unit, node }: Placed,
): Placed<ts.ObjectLiteralExpression> | null {
  const bare = unwrapped(node);
  if (ts.isObjectLiteralExpression(bare)) return { unit, node: bare };
  const constant = symbols.constant(symbols.named(unit, bare));
  const value = constant && unwrapped(constant.value);
  return constant !== undefined && value !== undefined && ts.isObjectLiteralExpression(value)
    ? { unit: constant.unit, node: value }
    : null;
}

/** The text of a string that stands there, or of the constant that is named there. */
export function textOf(symbols: Symbols, unit: SourceUnit, node?: ts.Expression): string | null {
  if (node === undefined) return null;
  const bare = unwrapped(node);
  if (ts.isStringLiteralLike(bare)) return bare.text;
  const constant = symbols.constant(symbols.named(unit, bare));
  return constant === undefined ? null : textOf(symbols, constant.unit, constant.value);
}

/** A text property of an object literal. */
export function textProperty(
  symbols: Symbols,
  { unit, node }: Placed<ts.ObjectLiteralExpression>,
  name: string,
): string | null {
  return textOf(symbols, unit, propertyOf(node, name));
}

/**
 * The value of an expression that is made of literals only.
 *
 * @throws Error naming what is none
 */
export function literalValue(node: ts.Expression): unknown {
  const bare = unwrapped(node);
  if (ts.isStringLiteralLike(bare)) return bare.text;
  if (ts.isNumericLiteral(bare)) return Number(bare.text);
  if (bare.kind === ts.SyntaxKind.NullKeyword) return null;
  if (bare.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (bare.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (ts.isArrayLiteralExpression(bare)) return bare.elements.map(literalValue);
  if (ts.isBinaryExpression(bare) && bare.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return `${String(literalValue(bare.left))}${String(literalValue(bare.right))}`;
  }
  if (ts.isObjectLiteralExpression(bare)) return Object.fromEntries(bare.properties.map(entryOf));
  throw new Error(`${bare.getText()} is no literal`);
}

function entryOf(property: ts.ObjectLiteralElementLike): [string, unknown] {
  if (!ts.isPropertyAssignment(property)) throw new Error(`${property.getText()} is no literal`);
  const { name, initializer } = property;
  const key = ts.isStringLiteralLike(name) ? name.text : name.getText();
  return [key, literalValue(initializer)];
}
