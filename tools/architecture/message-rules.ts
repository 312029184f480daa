import ts from 'typescript';
import { declaredIn } from './declared.ts';
import { type House } from './house.ts';
import { type Message } from './model/messages.ts';
import { eachNode, type Rule, type Violation } from './rule.ts';
import { lineOf } from './syntax.ts';

export const messageRules: readonly Rule[] = [
  {
    id: 'published-events-have-contracts',
    sentence: 'Every event that is published was made by defineEvent and stands in contracts/.',
    why: 'Others can only rely on, check and upcast what is declared, and the log lives for years.',
    mend: 'Declare it in contracts/x.event.ts and publish X.of({ tenant, data }).',
    check: (house) => [...eventsWithoutContract(house), ...publishedInstances(house)],
  },
  {
    id: 'events-published-by-owner',
    sentence: 'An event is published only by the module that declares it.',
    why: 'A fact has one source of truth; two publishers drift apart in what the fact means.',
    mend: 'Send a command to the owner, or declare an event of the own module.',
    check: ({ uses }) =>
      uses.flatMap(({ kind, message, unit, line }) => {
        const owner = message.declared.unit.place;
        const isOwn = owner.unit === unit.place.unit || owner.kind === 'kernel';
        if (kind === 'sends' || isOwn) return [];
        return [{ file: unit.path, line, found: `publishes ${nameOf(message)} of ${owner.unit}` }];
      }),
  },
  {
    id: 'contracts-are-used',
    sentence: 'Every contract has a producer and a consumer in the code, or is declared external.',
    why: 'A contract without one side is a promise that nobody keeps or nobody needs.',
    mend:
      'Remove it, move a message that nobody else sends to commands/ or queries/, or name the ' +
      'other side under `external` in context.ts.',
    check: unusedContracts,
  },
  {
    id: 'handled-messages-exist',
    sentence: 'What is handled or sent is a declared message of that kind.',
    why: '@nestjs/cqrs matches by class: a handler of anything else is never called.',
    mend: 'Declare the class with defineCommand, defineQuery or defineEvent.',
    check: (house) => [...strangersHandled(house), ...strangersSent(house)],
  },
  {
    id: 'one-handler-per-message',
    sentence: 'A command and a query have exactly one handler.',
    why: '@nestjs/cqrs lets the last of two handlers win, and finds a missing one at the first call.',
    mend: 'Remove all but one, or write the one that is missing beside the message.',
    check: handlerCounts,
  },
  {
    id: 'message-names',
    sentence:
      'A message says its name as text: `module.do-it` for commands and queries, ' +
      '`context.fact` for events; name and version together are its own.',
    why: 'The name stands in the log, in metrics and in pacts; it outlives every class.',
    mend: 'Write the name as a literal, begin it with the module (event: the context).',
    check: messageNames,
  },
];

function eventsWithoutContract({ uses }: House): Violation[] {
  return uses.flatMap(({ kind, message, unit, line }) =>
    kind === 'publishes' && !message.isContract
      ? [{ file: unit.path, line, found: `publishes ${nameOf(message)}, which is no contract` }]
      : [],
  );
}

/** `publish(new X())`: an object of whatever class, where the log needs what `X.of` answers. */
function publishedInstances(house: House): Violation[] {
  return eachNode(
    ({ code }) => code,
    (node) => {
      if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression))
        return null;
      if (!['publish', 'publishAll'].includes(node.expression.name.text)) return null;
      const [first] = node.arguments;
      const published = first && ts.isArrayLiteralExpression(first) ? first.elements : [first];
      const instance = published.find((one) => one !== undefined && ts.isNewExpression(one));
      return instance === undefined ? null : `publishes ${instance.getText()}`;
    },
  )(house);
}

function unusedContracts(house: House): Violation[] {
  return house.messages.flatMap((message) => {
    const { unit, line } = message.declared;
    if (unit.place.kind !== 'module' || !message.isContract) return [];
    // An old version stays for the events in the log, which are upcast when they are read.
    if (isSuperseded(house, message)) return [];
    if (declaredIn(house, unit.place.context)?.external[message.name] !== undefined) return [];
    return missingSides(house, message).map((found) => ({ file: unit.path, line, found }));
  });
}

function isSuperseded({ messages }: House, { name, version }: Message): boolean {
  return messages.some((other) => other.name === name && other.version > version);
}

/** What a contract lacks to be in use, in words. */
export function missingSides({ uses, handlers }: House, message: Message): string[] {
  const { id, unit } = message.declared;
  const makers = uses.filter((use) => use.message === message);
  const isHandled = handlers.some(({ handles }) => handles.some((one) => one.id === id));
  if (message.kind === 'event') {
    return [
      ...(makers.length === 0 ? [`nobody publishes ${message.name}`] : []),
      ...(isHandled ? [] : [`no reaction takes ${message.name}`]),
    ];
  }
  const isSent = makers.some((use) => use.unit.place.unit !== unit.place.unit);
  return isSent ? [] : [`nobody outside of ${unit.place.unit} sends ${message.name}`];
}

function strangersHandled({ handlers, messages }: House): Violation[] {
  return handlers.flatMap(({ kind, declared, handles }) =>
    handles.flatMap(({ id, line }) => {
      const isKnown = messages.some(
        (message) => message.declared.id === id && message.kind === kind,
      );
      if (isKnown) return [];
      const name = id.slice(id.indexOf('#') + 1);
      return [{ file: declared.unit.path, line, found: `handles ${name}, which is no ${kind}` }];
    }),
  );
}

function strangersSent({ code, symbols, messages }: House): Violation[] {
  const known = new Set(messages.map(({ declared }) => declared.id));
  return code.flatMap((unit) =>
    unit.nodes.flatMap((node) => {
      if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
      const [sent] = node.arguments;
      if (node.expression.name.text !== 'execute' || !sent || !ts.isNewExpression(sent)) return [];
      const id = symbols.named(unit, sent.expression);
      if (id === null || known.has(id)) return [];
      const found = `sends ${sent.expression.getText()}, which is no declared message`;
      return [{ file: unit.path, line: lineOf(unit.syntax, sent), found }];
    }),
  );
}

function handlerCounts({ messages, handlers }: House): Violation[] {
  return messages.flatMap((message) => {
    if (message.kind === 'event') return [];
    const { id, unit, line, name } = message.declared;
    const mine = handlers.filter(({ handles }) => handles.some((one) => one.id === id));
    if (mine.length === 0) return [{ file: unit.path, line, found: `${name} has no handler` }];
    return mine.slice(1).map(({ declared }) => ({
      file: declared.unit.path,
      line: declared.line,
      found: `${name} has another handler, ${mine[0]?.declared.name ?? ''}`,
    }));
  });
}

function messageNames({ messages }: House): Violation[] {
  const first = new Map<string, Message>();
  return messages.flatMap((message) => {
    const { unit, line } = message.declared;
    const fault = nameFault(message) ?? repeats(message, first);
    return fault === null ? [] : [{ file: unit.path, line, found: fault }];
  });
}

function nameFault({ kind, name, declared }: Message): string | null {
  const { place } = declared.unit;
  if (name === '') return `${declared.name} has no name as text`;
  if (place.kind !== 'module') return null;
  const owner =
    kind === 'event' ? place.context : place.unit.slice(place.unit.lastIndexOf('/') + 1);
  return name.startsWith(`${owner}.`) ? null : `${name} does not begin with ${owner}.`;
}

function repeats(message: Message, first: Map<string, Message>): string | null {
  const key = `${message.name} v${message.version}`;
  const other = first.get(key);
  if (other === undefined) {
    first.set(key, message);
    return null;
  }
  return `${key} is also declared in ${other.declared.unit.path}`;
}

function nameOf({ name, declared }: Message): string {
  return name === '' ? declared.name : name;
}
