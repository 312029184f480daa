import { z } from 'zod';
import ts from 'typescript';
import { type HouseGraph, type SourceUnit } from '../import-graph.ts';
import { lineOf } from '../syntax.ts';
import { literalValue } from './literals.ts';
import { propertyOf, unwrapped } from './symbols.ts';

const upstreamDownstream = z.strictObject({
  upstream: z.string(),
  offers: z.array(z.enum(['open-host-service', 'published-language', 'supplier'])),
  downstream: z.string(),
  takes: z.enum(['anti-corruption-layer', 'conformist', 'customer']).nullable(),
  translatedIn: z.string().optional(),
});
const partnership = z.strictObject({ partners: z.tuple([z.string(), z.string()]) });

/** The form of `ContextDeclaration` in the kernel, as read from the source. */
const declarationSchema = z.strictObject({
  purpose: z.string().min(1),
  sharedKernel: z.array(z.string()),
  relations: z.array(z.union([upstreamDownstream, partnership])),
  external: z.record(z.string(), z.string()).default({}),
  inProcess: z.record(z.string(), z.string()).default({}),
  eventLoops: z
    .array(z.strictObject({ events: z.array(z.string()), because: z.string() }))
    .default([]),
});

export type Declaration = z.output<typeof declarationSchema>;

/** A relation with its ends as `context/module`, and where it is declared. */
export interface Relation {
  readonly file: string;
  readonly line: number;
  readonly kind: 'upstream-downstream' | 'partnership';
  /** The one of a partnership that is named first. */
  readonly upstream: string;
  readonly downstream: string;
  readonly offers: readonly string[];
  readonly takes: string | null;
  readonly translatedIn: string | null;
}

/** A context's declaration as far as it could be read. */
export interface ContextReading {
  readonly context: string;
  readonly unit: SourceUnit;
  readonly declaration: Declaration | null;
  /** Why it could not be read, else empty. */
  readonly fault: string;
  readonly relations: readonly Relation[];
  /** The line of an entry of one of its lists or records, by the text that names it. */
  lineOfText(text: string): number;
}

/** Every `src/<context>/context.ts`. */
export function readContexts({ code }: HouseGraph): ContextReading[] {
  return code.flatMap((unit) => {
    const { place } = unit;
    const isDeclaration = place.kind === 'context' && unit.path.endsWith('/context.ts');
    return isDeclaration ? [readContext(unit, place.context)] : [];
  });
}

function readContext(unit: SourceUnit, context: string): ContextReading {
  const lineOfText = (text: string): number => {
    const node = unit.nodes.find((one) => ts.isStringLiteralLike(one) && one.text === text);
    return node === undefined ? 1 : lineOf(unit.syntax, node);
  };
  const object = declaredObject(unit);
  const read = object === null ? 'it exports no object' : parsed(object);
  if (object === null || typeof read === 'string') {
    const fault = typeof read === 'string' ? read : '';
    return { context, unit, declaration: null, fault, relations: [], lineOfText };
  }
  const relations = relationsOf(unit, context, object, read);
  return { context, unit, declaration: read, fault: '', relations, lineOfText };
}

function declaredObject({ syntax }: SourceUnit): ts.ObjectLiteralExpression | null {
  for (const statement of syntax.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    const value = statement.declarationList.declarations[0]?.initializer;
    const bare = value && unwrapped(value);
    if (bare !== undefined && ts.isObjectLiteralExpression(bare)) return bare;
  }
  return null;
}

function parsed(object: ts.ObjectLiteralExpression): Declaration | string {
  try {
    const result = declarationSchema.safeParse(literalValue(object));
    return result.success ? result.data : z.prettifyError(result.error).replaceAll('\n', ' ');
  } catch (error) {
    return (error as Error).message;
  }
}

function relationsOf(
  { path, syntax }: SourceUnit,
  context: string,
  object: ts.ObjectLiteralExpression,
  { relations }: Declaration,
): Relation[] {
  const list = propertyOf(object, 'relations');
  const bare = list && unwrapped(list);
  const nodes = bare !== undefined && ts.isArrayLiteralExpression(bare) ? bare.elements : [];
  const whole = (name: string) => (name.includes('/') ? name : `${context}/${name}`);
  return relations.map((relation, index) => {
    const node = nodes[index];
    const place = { file: path, line: node === undefined ? 1 : lineOf(syntax, node) };
    if ('partners' in relation) {
      const [upstream, downstream] = relation.partners.map(whole) as [string, string];
      const roles = { offers: [], takes: null, translatedIn: null };
      return { ...place, kind: 'partnership', upstream, downstream, ...roles };
    }
    const { offers, takes, translatedIn = null } = relation;
    return {
      ...place,
      kind: 'upstream-downstream',
      upstream: whole(relation.upstream),
      downstream: whole(relation.downstream),
      offers,
      takes,
      translatedIn,
    };
  });
}
