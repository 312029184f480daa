import ts from 'typescript';
import { type House } from '../house.ts';
import { textOf } from './literals.ts';

/** The codes of the catalogue that a module declares with `defineErrors`, in its order. */
export function errorCodesOf({ code, symbols }: House, folder: string): string[] {
  return code
    .filter(({ place }) => place.unit === folder)
    .flatMap((unit) =>
      unit.nodes.flatMap((node) => {
        if (!ts.isCallExpression(node)) return [];
        if (!symbols.named(unit, node.expression)?.endsWith('#defineErrors')) return [];
        const [prefix, catalogue] = node.arguments;
        const name = textOf(symbols, unit, prefix) ?? '';
        if (catalogue === undefined || !ts.isObjectLiteralExpression(catalogue)) return [];
        return catalogue.properties.flatMap((property) =>
          property.name === undefined ? [] : [`${name}.${kebabCase(property.name.getText())}`],
        );
      }),
    );
}

function kebabCase(camelCase: string): string {
  return camelCase.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
