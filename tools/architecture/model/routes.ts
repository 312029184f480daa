import ts from 'typescript';
import { type DeclaredClass, decorationOf, decorationsOf } from './classes.ts';
import { objectOf, textOf, textProperty } from './literals.ts';
import { type Symbols } from './symbols.ts';

/** One method of a controller. */
export interface Route {
  readonly method: string;
  /** With parameters as in OpenAPI: `/v1/events/{id}`. */
  readonly path: string;
  /** What `@Answers` says of it; empty when nothing does. */
  readonly summary: string;
  readonly scope: string;
}

const methods: Readonly<Record<string, string>> = {
  Get: 'GET',
  Post: 'POST',
  Put: 'PUT',
  Patch: 'PATCH',
  Head: 'HEAD',
  Options: 'OPTIONS',
  Delete: 'DELETE',
};

/** The routes of a controller, in the order of its methods; none for any other class. */
export function routesOf(declared: DeclaredClass, symbols: Symbols): Route[] {
  const controller = decorationOf(declared, '@nestjs/common', 'Controller');
  if (controller === undefined) return [];
  const { unit, node } = declared;
  const base = textOf(symbols, unit, controller.args[0]) ?? '';
  return node.members.filter(ts.isMethodDeclaration).flatMap((member) => {
    const decorations = decorationsOf(symbols, unit, member);
    const notes = decorations.find(({ id }) => id.endsWith('#Answers'))?.args[1];
    const object = notes && objectOf(symbols, { unit, node: notes });
    const said = (name: string) => (object ? textProperty(symbols, object, name) : null) ?? '';
    return decorations.flatMap(({ id, args }) => {
      const method = methods[id.slice('@nestjs/common#'.length)];
      if (method === undefined || !id.startsWith('@nestjs/common#')) return [];
      const path = pathOf(base, textOf(symbols, unit, args[0]) ?? '');
      return [{ method, path, summary: said('summary'), scope: said('scope') }];
    });
  });
}

function pathOf(base: string, own: string): string {
  const segments = `${base}/${own}`.split('/').filter((segment) => segment !== '');
  return `/${segments.map((segment) => segment.replace(/^:(.+)$/, '{$1}')).join('/')}`;
}
