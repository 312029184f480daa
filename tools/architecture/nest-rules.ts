import ts from 'typescript';
import { eachNode, type Rule } from './rule.ts';

const constructorParametersMax = 5;

export const nestRules: readonly Rule[] = [
  {
    id: 'no-forward-ref',
    sentence: 'forwardRef is not used: it hides a cycle.',
    why: 'It makes a cycle of modules work instead of telling of it.',
    mend: 'Remove the cycle: let one of the two send a message or react to an event.',
    check: eachNode(
      ({ code }) => code,
      (node) => (ts.isIdentifier(node) && node.text === 'forwardRef' ? 'names forwardRef' : null),
    ),
  },
  {
    id: 'modules-export-nothing',
    sentence: "A context's @Module has no exports: modules talk by messages.",
    why: 'An exported provider is a border without a contract.',
    mend: 'Send a command or query instead of injecting a provider of another module.',
    check: eachNode(
      ({ code }) => code.filter(({ place }) => place.kind === 'module' && place.layer === 'wiring'),
      exportsFault,
    ),
  },
  {
    id: 'constructor-parameters',
    sentence: `A constructor takes at most ${constructorParametersMax} parameters.`,
    why: 'A class that needs more does more than one thing.',
    mend: 'Split the class by what it does, or gather settings in one object.',
    check: eachNode(
      ({ code }) => code,
      (node) => {
        if (!ts.isConstructorDeclaration(node)) return null;
        const count = node.parameters.length;
        return count > constructorParametersMax ? `takes ${count} parameters` : null;
      },
    ),
  },
];

/** Decorator arguments and dynamic modules alike are object literals with a property `exports`. */
function exportsFault(node: ts.Node): string | null {
  const isNamed =
    (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) &&
    node.name.getText() === 'exports';
  if (!isNamed) return null;
  const value = ts.isPropertyAssignment(node) ? node.initializer : null;
  const isEmpty = value !== null && ts.isArrayLiteralExpression(value) && !value.elements.length;
  return isEmpty ? null : 'exports providers';
}
