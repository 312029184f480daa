import ts from 'typescript';

/** A node and everything below it, in source order. */
export function nodesOf(node: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (visited: ts.Node): void => {
    nodes.push(visited);
    ts.forEachChild(visited, visit);
  };
  visit(node);
  return nodes;
}

/** The line, from 1, on which the code of a node starts. */
export function lineOf(file: ts.SourceFile, node: ts.Node): number {
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}
