import ts from 'typescript';
import { type HouseGraph, type SourceUnit } from '../import-graph.ts';
import { lineOf } from '../syntax.ts';
import { type DeclaredClass } from './classes.ts';
import { objectOf, textProperty } from './literals.ts';
import { propertyOf, type SymbolId, type Symbols, unwrapped } from './symbols.ts';

const kindOfMaker: Readonly<Record<string, Message['kind']>> = {
  defineEvent: 'event',
  defineCommand: 'command',
  defineQuery: 'query',
};

/** A class made by defineEvent, defineCommand or defineQuery. */
export interface Message {
  readonly kind: 'event' | 'command' | 'query';
  /** Empty when it is not written as text. */
  readonly name: string;
  /** 1 where none is written. */
  readonly version: number;
  readonly declared: DeclaredClass;
  readonly definition: ts.ObjectLiteralExpression | null;
  /** Whether others may use it: it stands in `contracts/` of a module, or in the kernel. */
  readonly isContract: boolean;
}

/** One place that publishes an event (`X.of(...)`) or makes a command or query (`new X(...)`). */
export interface MessageUse {
  readonly kind: 'publishes' | 'sends';
  readonly message: Message;
  readonly unit: SourceUnit;
  readonly line: number;
}

/** Every declared message. */
export function readMessages(classes: readonly DeclaredClass[], symbols: Symbols): Message[] {
  return classes.flatMap((declared) => {
    const { madeBy, unit } = declared;
    const maker = madeBy === null ? null : symbols.named(unit, madeBy.expression);
    const [origin = '', made = ''] = maker?.split('#') ?? [];
    const kind = origin.startsWith('src/shared-kernel/') ? kindOfMaker[made] : undefined;
    if (kind === undefined || madeBy === null) return [];
    const [argument] = madeBy.arguments;
    const definition = argument === undefined ? null : objectOf(symbols, { unit, node: argument });
    return [
      {
        kind,
        name: definition === null ? '' : (textProperty(symbols, definition, 'name') ?? ''),
        version: versionIn(definition?.node),
        declared,
        definition: definition?.node ?? null,
        isContract: isContractPlace(unit),
      },
    ];
  });
}

/** Where messages are made, by the code and not by tests. */
export function readUses(
  { code }: HouseGraph,
  messages: readonly Message[],
  symbols: Symbols,
): MessageUse[] {
  const byClass = new Map<SymbolId, Message>(
    messages.map((message) => [message.declared.id, message]),
  );
  return code.flatMap((unit) =>
    unit.nodes.flatMap((node) => {
      const isNew = ts.isNewExpression(node);
      const made = isNew ? node.expression : eventIn(node);
      const id = made === null ? null : symbols.named(unit, made);
      const message = id === null ? undefined : byClass.get(id);
      if (message === undefined || isNew === (message.kind === 'event')) return [];
      const line = lineOf(unit.syntax, node);
      return [{ kind: isNew ? 'sends' : 'publishes', message, unit, line } as const];
    }),
  );
}

/** The X of `X.of(...)`. */
function eventIn(node: ts.Node): ts.Expression | null {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return null;
  return node.expression.name.text === 'of' ? node.expression.expression : null;
}

function versionIn(definition: ts.ObjectLiteralExpression | undefined): number {
  const version = propertyOf(definition, 'version');
  const bare = version && unwrapped(version);
  return bare !== undefined && ts.isNumericLiteral(bare) ? Number(bare.text) : 1;
}

function isContractPlace({ place }: SourceUnit): boolean {
  return place.kind === 'kernel' || (place.kind === 'module' && place.layer === 'contracts');
}
