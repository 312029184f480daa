import { posix } from 'node:path';
import ts from 'typescript';
import { lineCount, type SourceTree } from './source-tree.ts';
import { isSpec, placeOf, type Place } from './place.ts';
import { lineOf, nodesOf } from './syntax.ts';

/** One import of a file, in whichever form it is written. */
export interface ImportEdge {
  readonly specifier: string;
  readonly line: number;
  /** True when nothing of it is left at run time. */
  readonly typeOnly: boolean;
  /** Our file that it names (which need not exist), or null when it names a package. */
  readonly target: string | null;
  /** The package (`zod`, `@nestjs/common`, `node:fs`), empty when it names a file of ours. */
  readonly package: string;
}

/** One TypeScript file, read. */
export interface SourceUnit {
  readonly path: string;
  readonly place: Place;
  readonly text: string;
  readonly lines: number;
  readonly syntax: ts.SourceFile;
  /** Every node of the syntax in source order: walked once, read by every rule. */
  readonly nodes: readonly ts.Node[];
  readonly imports: readonly ImportEdge[];
}

/** What every rule gets: the code, the tests beside it, and all texts (READMEs, package.json). */
export interface HouseGraph {
  readonly code: readonly SourceUnit[];
  readonly specs: readonly SourceUnit[];
  readonly tree: SourceTree;
}

/** Reads every TypeScript file under `src` of the tree and what it imports. */
export function readGraph(tree: SourceTree): HouseGraph {
  const units = [...tree]
    .filter(([path]) => path.startsWith('src/') && path.endsWith('.ts'))
    .map(([path, text]) => readUnit(path, text))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    code: units.filter((unit) => !isSpec(unit.path)),
    specs: units.filter((unit) => isSpec(unit.path)),
    tree,
  };
}

function readUnit(path: string, text: string): SourceUnit {
  const syntax = ts.createSourceFile(path, text, ts.ScriptTarget.ES2024, true);
  const nodes = nodesOf(syntax);
  const imports = nodes.flatMap((node) => {
    const found = importOf(node);
    if (found === null) return [];
    return [edgeOf(path, found.specifier, found.typeOnly, lineOf(syntax, node))];
  });
  return { path, place: placeOf(path), text, lines: lineCount(text), syntax, nodes, imports };
}

function edgeOf(importer: string, specifier: string, typeOnly: boolean, line: number): ImportEdge {
  const target = targetOf(importer, specifier);
  return {
    specifier,
    line,
    typeOnly,
    target,
    package: target === null ? packageOf(specifier) : '',
  };
}

function targetOf(importer: string, specifier: string): string | null {
  const path = specifier.startsWith('#')
    ? `src/${specifier.slice(1)}`
    : specifier.startsWith('.')
      ? posix.join(posix.dirname(importer), specifier)
      : null;
  return path?.replace(/\.js$/, '.ts') ?? null;
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  const [scope = '', name = ''] = specifier.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

function importOf(node: ts.Node): { specifier: string; typeOnly: boolean } | null {
  if (ts.isImportDeclaration(node)) {
    return named(node.moduleSpecifier, isTypeImport(node.importClause));
  }
  if (ts.isExportDeclaration(node)) return named(node.moduleSpecifier, node.isTypeOnly);
  if (ts.isExternalModuleReference(node)) return named(node.expression, false);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return named(node.argument.literal, true);
  }
  if (ts.isCallExpression(node) && isImportCall(node.expression)) {
    return named(node.arguments[0], false);
  }
  return null;
}

/** A specifier that is computed names nothing here: the compiler and the tests must see it. */
function named(specifier: ts.Node | undefined, typeOnly: boolean) {
  if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return null;
  return { specifier: specifier.text, typeOnly };
}

function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const bindings = clause.namedBindings;
  if (clause.name !== undefined || bindings === undefined || !ts.isNamedImports(bindings)) {
    return false;
  }
  return bindings.elements.length > 0 && bindings.elements.every((element) => element.isTypeOnly);
}

function isImportCall(callee: ts.Expression): boolean {
  const isRequire = ts.isIdentifier(callee) && callee.text === 'require';
  return callee.kind === ts.SyntaxKind.ImportKeyword || isRequire;
}
