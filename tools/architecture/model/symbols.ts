import ts from 'typescript';
import { type HouseGraph, type SourceUnit } from '../import-graph.ts';

/**
 * What a name stands for, as text that can be compared: `src/a/b.ts#Name` for ours,
 * `@nestjs/cqrs#CommandBus` for a package's.
 */
export type SymbolId = string;

interface Binding {
  /** A file of ours or a package. */
  readonly origin: string;
  readonly name: string;
}

interface FileNames {
  readonly bindings: ReadonlyMap<string, Binding>;
  readonly declared: ReadonlyMap<string, ts.Declaration>;
}

/** Resolves names over imports and re-exports, without types: that is what makes it fast. */
export class Symbols {
  private readonly files: ReadonlyMap<string, FileNames>;
  private readonly units: ReadonlyMap<string, SourceUnit>;

  constructor({ code }: HouseGraph) {
    this.units = new Map(code.map((unit) => [unit.path, unit]));
    this.files = new Map(code.map((unit) => [unit.path, namesOf(unit)]));
  }

  /** What a name in this file stands for; a name that nothing declares belongs to the platform. */
  resolve(path: string, name: string): SymbolId {
    return this.follow({ origin: path, name }, new Set());
  }

  /** What an expression or a type names (`X`, `X as const`, `typeof X`), null for anything else. */
  named({ path }: SourceUnit, node: ts.Node | undefined): SymbolId | null {
    const bare = node === undefined ? undefined : unwrapped(node);
    if (bare === undefined) return null;
    if (ts.isIdentifier(bare)) return this.resolve(path, bare.text);
    if (ts.isTypeReferenceNode(bare) && ts.isIdentifier(bare.typeName)) {
      return this.resolve(path, bare.typeName.text);
    }
    return null;
  }

  /** The declaration of one of our symbols, with its file. */
  declaration(id: SymbolId): { unit: SourceUnit; node: ts.Declaration } | undefined {
    const [path = '', name = ''] = id.split('#');
    const unit = this.units.get(path);
    const node = this.files.get(path)?.declared.get(name);
    return unit === undefined || node === undefined ? undefined : { unit, node };
  }

  /** The value that a constant of ours is given where it is declared. */
  constant(id: SymbolId | null): { unit: SourceUnit; value: ts.Expression } | undefined {
    const found = id === null ? undefined : this.declaration(id);
    if (found === undefined || !ts.isVariableDeclaration(found.node)) return undefined;
    const { initializer } = found.node;
    return initializer && { unit: found.unit, value: initializer };
  }

  /** What a file takes from another of ours by import, types aside. */
  valuesImported({ syntax, imports }: SourceUnit, target: string): SymbolId[] {
    return syntax.statements.filter(ts.isImportDeclaration).flatMap((statement) => {
      const { importClause, moduleSpecifier } = statement;
      const named = importClause?.namedBindings;
      const text = ts.isStringLiteralLike(moduleSpecifier) ? moduleSpecifier.text : '';
      const edge = imports.find(({ specifier }) => specifier === text);
      if (edge?.target !== target || named === undefined || !ts.isNamedImports(named)) return [];
      if (importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
      return named.elements
        .filter(({ isTypeOnly }) => !isTypeOnly)
        .map(({ name, propertyName }) => this.resolve(target, (propertyName ?? name).text));
    });
  }

  private follow({ origin, name }: Binding, seen: Set<string>): SymbolId {
    const id = `${origin}#${name}`;
    const names = this.files.get(origin);
    const binding = names?.declared.has(name) ? undefined : names?.bindings.get(name);
    if (binding === undefined || seen.has(id)) return id;
    return this.follow(binding, seen.add(id));
  }
}

/** The same without brackets, `as`, `satisfies` and `!`. */
export function unwrapped(node: ts.Node): ts.Node {
  const isWrapper =
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    ts.isNonNullExpression(node);
  return isWrapper ? unwrapped(node.expression) : node;
}

/** The value of a property of an object literal. */
export function propertyOf(object: ts.Node | undefined, name: string): ts.Expression | undefined {
  if (object === undefined || !ts.isObjectLiteralExpression(object)) return undefined;
  for (const property of object.properties) {
    const key = property.name;
    if (key === undefined) continue;
    if ((ts.isStringLiteralLike(key) ? key.text : key.getText()) !== name) continue;
    if (ts.isPropertyAssignment(property)) return property.initializer;
    if (ts.isShorthandPropertyAssignment(property)) return property.name;
  }
  return undefined;
}

function namesOf(unit: SourceUnit): FileNames {
  const bindings = new Map<string, Binding>();
  const declared = new Map<string, ts.Declaration>();
  for (const statement of unit.syntax.statements) {
    if (ts.isImportDeclaration(statement)) bindImport(unit, statement, bindings);
    else if (ts.isExportDeclaration(statement)) bindExport(unit, statement, bindings);
    else if (ts.isVariableStatement(statement)) {
      for (const declaration of statement.declarationList.declarations) {
        if (ts.isIdentifier(declaration.name)) declared.set(declaration.name.text, declaration);
      }
    } else if (isNamedDeclaration(statement)) {
      if (statement.name !== undefined) declared.set(statement.name.text, statement);
    }
  }
  return { bindings, declared };
}

function isNamedDeclaration(node: ts.Statement) {
  return (
    ts.isClassDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isEnumDeclaration(node)
  );
}

function bindImport(
  unit: SourceUnit,
  { importClause, moduleSpecifier }: ts.ImportDeclaration,
  bindings: Map<string, Binding>,
): void {
  const origin = originOf(unit, moduleSpecifier);
  const named = importClause?.namedBindings;
  if (importClause?.name !== undefined) {
    bindings.set(importClause.name.text, { origin, name: 'default' });
  }
  if (named === undefined || !ts.isNamedImports(named)) return;
  for (const { name, propertyName } of named.elements) {
    bindings.set(name.text, { origin, name: (propertyName ?? name).text });
  }
}

function bindExport(
  unit: SourceUnit,
  { exportClause, moduleSpecifier }: ts.ExportDeclaration,
  bindings: Map<string, Binding>,
): void {
  if (moduleSpecifier === undefined || exportClause === undefined) return;
  if (!ts.isNamedExports(exportClause)) return;
  const origin = originOf(unit, moduleSpecifier);
  for (const { name, propertyName } of exportClause.elements) {
    bindings.set(name.text, { origin, name: (propertyName ?? name).text });
  }
}

function originOf({ imports }: SourceUnit, specifier: ts.Expression): string {
  const text = ts.isStringLiteralLike(specifier) ? specifier.text : '';
  const edge = imports.find((candidate) => candidate.specifier === text);
  return edge?.target ?? edge?.package ?? text;
}
