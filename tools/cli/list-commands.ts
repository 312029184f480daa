import { columns } from './columns.ts';
import type { CliCommand, CommandInput, CommandResult } from './command.ts';
import type { CliOptions } from './options.ts';

/** What lists show of an item is text, or absent. */
type Item = Readonly<Record<string, string | null | undefined>>;

interface Page {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** A list of the API: where it is, which options filter it, and what of its items is shown. */
interface ListDefinition {
  readonly name: string;
  readonly help: string;
  /** Query parameter of each option that filters the list. */
  readonly filters: Partial<Record<keyof CliOptions & ('type' | 'source' | 'state'), string>>;
  readonly shown: readonly (readonly [heading: string, field: string])[];
}

const lists: readonly ListDefinition[] = [
  {
    name: 'sources',
    help: 'List sources.',
    filters: {},
    shown: [
      ['ID', 'id'],
      ['PROVIDER', 'provider'],
      ['NAME', 'name'],
      ['URL', 'url'],
    ],
  },
  {
    name: 'endpoints',
    help: 'List endpoints.',
    filters: {},
    shown: [
      ['ID', 'id'],
      ['STATE', 'state'],
      ['NAME', 'name'],
      ['URL', 'url'],
    ],
  },
  {
    name: 'rules',
    help: 'List rules.',
    filters: {},
    shown: [
      ['ID', 'id'],
      ['STATE', 'state'],
      ['NAME', 'name'],
    ],
  },
  {
    name: 'events',
    help: 'List events from outside, newest first.',
    filters: { type: 'type', source: 'source' },
    shown: [
      ['ID', 'id'],
      ['TIME', 'time'],
      ['TYPE', 'type'],
      ['SOURCE', 'source'],
    ],
  },
  {
    name: 'webhooks',
    help: 'List webhooks, newest first.',
    filters: { type: 'eventType', source: 'sourceId' },
    shown: [
      ['ID', 'id'],
      ['RECEIVED', 'receivedAt'],
      ['TYPE', 'eventType'],
      ['EVENT', 'eventId'],
    ],
  },
  {
    name: 'deliveries',
    help: 'List deliveries, newest first.',
    filters: { state: 'state' },
    shown: [
      ['ID', 'id'],
      ['STATE', 'state'],
      ['ENDPOINT', 'endpointId'],
      ['EVENT', 'eventId'],
    ],
  },
];

/** `sources list` and its like. */
export const listCommands: readonly CliCommand[] = lists.map((list) => ({
  words: `${list.name} list`,
  values: [],
  options: [...Object.keys(list.filters).map((name) => `[--${name} X]`), '[--limit N]'].join(' '),
  help: list.help,
  run: (input) => runList(list, input),
}));

async function runList(list: ListDefinition, input: CommandInput): Promise<CommandResult> {
  const { options } = input;
  const query = new URLSearchParams();
  for (const [option, parameter] of Object.entries(list.filters)) {
    const value = options[option as keyof typeof list.filters];
    if (value !== undefined) query.set(parameter, value);
  }
  if (options.limit !== undefined) query.set('limit', options.limit);
  const page = await input.api().get<Page>(`/v1/${list.name}?${query.toString()}`);
  return { data: page, text: textOf(list, page) };
}

function textOf({ name, shown }: ListDefinition, { items, next }: Page): string {
  if (items.length === 0) return `There are no ${name}.`;
  const head = shown.map(([heading]) => heading);
  const rows = items.map((item) => shown.map(([, field]) => item[field] ?? '-'));
  const more = next === null ? '' : '\nThere are more: raise --limit (200 at the most).';
  return columns(head, rows) + more;
}
