import ts from 'typescript';
import { lineOf } from '../syntax.ts';
import { type DeclaredClass, decorationOf } from './classes.ts';
import { elementsOf, objectOf, type Placed, textProperty } from './literals.ts';
import { type Mention } from './nest-modules.ts';
import { propertyOf, type Symbols } from './symbols.ts';

/** A class that does something when a message comes or work is due. */
export interface Handler {
  readonly kind: 'command' | 'query' | 'event' | 'due-work';
  readonly declared: DeclaredClass;
  /** The messages that it handles; the line is that of the mention. */
  readonly handles: readonly Mention[];
  /** What its `@Reaction` says; null when it has none. */
  readonly reaction: ReactionIdentity | null;
  /** The effect that due work does, else empty. */
  readonly effect: string;
}

interface ReactionIdentity {
  /** Empty when it is not written as text. */
  readonly id: string;
  readonly formerIds: readonly string[];
  readonly line: number;
}

const cqrs = '@nestjs/cqrs';
const kernel = 'src/shared-kernel/';
const handlerDecorators = [
  ['CommandHandler', 'command'],
  ['QueryHandler', 'query'],
  ['EventsHandler', 'event'],
] as const;

/** Every handler, reaction and performer of due work. */
export function readHandlers(classes: readonly DeclaredClass[], symbols: Symbols): Handler[] {
  return classes.flatMap((declared) => [
    ...handlerDecorators.flatMap(([decorator, kind]) => {
      const decoration = decorationOf(declared, cqrs, decorator);
      if (decoration === undefined) return [];
      const { unit } = declared;
      const handles = decoration.args
        .flatMap((argument) => handledBy(symbols, { unit, node: argument }))
        .flatMap((one) => {
          const id = symbols.named(one.unit, one.node);
          // A mention in another file is told where the decorator stands.
          const line = one.unit === unit ? lineOf(unit.syntax, one.node) : decoration.line;
          return id === null ? [] : [{ id, line }];
        });
      return [{ kind, declared, handles, reaction: reactionOf(declared, symbols), effect: '' }];
    }),
    ...dueWorkOf(declared, symbols),
  ]);
}

function handledBy(symbols: Symbols, { unit, node }: Placed): Placed[] {
  const list = ts.isSpreadElement(node) ? node.expression : node;
  return elementsOf(symbols, { unit, node: list });
}

function reactionOf(declared: DeclaredClass, symbols: Symbols): ReactionIdentity | null {
  const decoration = decorationOf(declared, kernel, 'Reaction');
  if (decoration === undefined) return null;
  const { line, args } = decoration;
  const [options] = args;
  const object = options && objectOf(symbols, { unit: declared.unit, node: options });
  if (!object) return { id: '', formerIds: [], line };
  const former = propertyOf(object.node, 'formerIds');
  const formerIds =
    former === undefined ? [] : elementsOf(symbols, { unit: object.unit, node: former });
  return {
    id: textProperty(symbols, object, 'id') ?? '',
    formerIds: formerIds.flatMap(({ node }) => (ts.isStringLiteralLike(node) ? [node.text] : [])),
    line,
  };
}

function dueWorkOf(declared: DeclaredClass, symbols: Symbols): Handler[] {
  const decoration = decorationOf(declared, kernel, 'DueWork');
  const [options] = decoration?.args ?? [];
  if (options === undefined) return [];
  const object = objectOf(symbols, { unit: declared.unit, node: options });
  const effect = object === null ? '' : (textProperty(symbols, object, 'effect') ?? '');
  return [{ kind: 'due-work', declared, handles: [], reaction: null, effect }];
}
