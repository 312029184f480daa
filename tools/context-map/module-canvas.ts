import { type House } from '../architecture/house.ts';
import { errorCodesOf } from '../architecture/model/error-codes.ts';
import { type Handler } from '../architecture/model/handlers.ts';
import { type Message } from '../architecture/model/messages.ts';
import { type NestModule } from '../architecture/model/nest-modules.ts';
import { routesOf } from '../architecture/model/routes.ts';
import { code, page, table } from '../reference/markdown.ts';
import { type ContextMap, moduleId } from './context-map.ts';
import { rolesOf } from './roles.ts';

/** From a canvas to the top of the repository. */
const top = '../../../';

/** One module on one page: what it does, what goes in and out, on whom it leans. */
export function moduleCanvas(house: House, map: ContextMap, module: NestModule): string {
  const folder = module.unit.place.unit;
  const id = moduleId(folder);
  const inside = <Item extends { readonly declared: Message['declared'] }>(
    items: readonly Item[],
  ) => items.filter(({ declared }) => declared.unit.place.unit === folder);
  const messages = inside(house.messages);
  const ofKind = (kind: Message['kind']) => messages.filter((message) => message.kind === kind);
  return page(
    `# ${id.replace('/', ' · ')}`,
    map.modules.find((one) => one.id === id)?.purpose ?? '',
    `Written from the code in [${code(folder)}](${top}${folder}/README.md).`,
    ...section('Commands', ['Command', 'Sent by'], sentRows(house, ofKind('command'))),
    ...section('Queries', ['Query', 'Asked by'], sentRows(house, ofKind('query'))),
    ...section(
      'Events published',
      ['Event', 'Version', 'Taken by'],
      eventRows(house, ofKind('event')),
    ),
    ...section(
      'Reactions',
      ['Id', 'When'],
      inside(house.handlers)
        .filter(({ kind }) => kind === 'event')
        .map((handler) => [linked(handler), namesHandled(house, handler)]),
    ),
    ...section(
      'Due work',
      ['Effect', 'Done by'],
      inside(house.handlers)
        .filter(({ kind }) => kind === 'due-work')
        .map((handler) => [code(handler.effect), linked(handler)]),
    ),
    ...section('Tables', ['Table'], tablesOf(house, folder)),
    ...section('Leans on', ['Module', 'Roles', 'Contracts'], relationRows(map, id, 'downstream')),
    ...section('Serves', ['Module', 'Roles', 'Contracts'], relationRows(map, id, 'upstream')),
    ...section('Routes', ['Route', 'What it does', 'Scope'], routeRows(house, folder)),
    ...section(
      'Errors',
      ['Code'],
      errorCodesOf(house, folder).map((errorCode) => [code(errorCode)]),
    ),
  );
}

/** A heading and a table; nothing when there are no rows. */
function section(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  return rows.length === 0 ? [] : [`## ${title}`, table(head, rows)];
}

function sentRows({ uses }: House, messages: readonly Message[]): string[][] {
  return messages.map((message) => {
    const senders = uses.filter((use) => use.message === message).map(({ unit }) => unit.path);
    return [messageLink(message), [...new Set(senders)].map(fileLink).join(', ')];
  });
}

function eventRows({ handlers }: House, events: readonly Message[]): string[][] {
  return events.map((event) => {
    const takers = handlers.filter(({ handles }) =>
      handles.some(({ id }) => id === event.declared.id),
    );
    return [messageLink(event), String(event.version), takers.map(linked).join(', ')];
  });
}

function namesHandled({ messages }: House, { handles }: Handler): string {
  return handles
    .flatMap(({ id }) => messages.filter(({ declared }) => declared.id === id))
    .map(messageLink)
    .join(', ');
}

function tablesOf({ tables }: House, folder: string): string[][] {
  const own = tables.filter(({ unit }) => unit.place.unit === folder);
  return [...new Set(own.map(({ table: name }) => name))].map((name) => [code(name)]);
}

function relationRows(map: ContextMap, id: string, side: 'upstream' | 'downstream'): string[][] {
  const other = side === 'upstream' ? 'downstream' : 'upstream';
  return map.relations
    .filter((relation) => relation[side] === id)
    .map((relation) => [
      canvasLink(relation[other]),
      relation.kind === 'partnership'
        ? 'P, P'
        : `${rolesOf('U', relation.offers)} → ${rolesOf('D', [relation.takes])}`,
      relation.contracts
        .map(({ name, version, use }) => `${use} ${code(name)} v${version}`)
        .join(', '),
    ]);
}

function routeRows({ classes, symbols }: House, folder: string): string[][] {
  return classes
    .filter(({ unit }) => unit.place.unit === folder)
    .flatMap((declared) => routesOf(declared, symbols))
    .map(({ method, path, summary, scope }) => [code(`${method} ${path}`), summary, scope]);
}

function linked({ declared, reaction }: Handler): string {
  const text = reaction === null ? declared.name : reaction.id;
  return `[${text}](${top}${declared.unit.path})`;
}

function messageLink({ name, declared }: Message): string {
  return `[${name}](${top}${declared.unit.path})`;
}

function fileLink(path: string): string {
  return `[${path.slice(path.lastIndexOf('/') + 1)}](${top}${path})`;
}

function canvasLink(id: string): string {
  return `[${id}](${id.replace('/', '.')}.md)`;
}
