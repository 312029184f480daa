import { columns } from './columns.ts';
import { type CliCommand, CliFault, type CommandInput, type CommandResult } from './command.ts';
import { jsonIn } from './json-in.ts';
import type { CliOptions } from './options.ts';
import { pathOf } from './reaction-commands.ts';

interface ParkedEvent {
  readonly position: number;
  readonly eventId: string | null;
  readonly key: string;
  readonly state: string;
  readonly tries: number;
  readonly nextTryAt: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly edited: boolean;
}

interface ParkedPage {
  readonly items: readonly ParkedEvent[];
  readonly next: string | null;
}

interface BulkResult {
  readonly dryRun: boolean;
  readonly matched: number;
  readonly changed: number;
  readonly remaining: number;
}

const filterUsage = '[--state X] [--key K] [--error-code C] [--type T]';
const choiceUsage = `--event EVENT | --all | ${filterUsage} [--dry-run]`;

/** Commands for the events that a reaction could not handle. */
export const parkedCommands: readonly CliCommand[] = [
  {
    words: 'reactions parked',
    values: ['REACTION'],
    options: `[--event EVENT] ${filterUsage} [--limit N]`,
    help: 'List what a reaction could not handle, or show one event with its data.',
    run: runParked,
  },
  {
    words: 'reactions retry',
    values: ['REACTION'],
    options: choiceUsage,
    help: 'Try parked and dead events again now: one, those of the filters, or all.',
    run: (input) => change(input, 'retry', {}),
  },
  {
    words: 'reactions skip',
    values: ['REACTION'],
    options: `--reason WHY ${choiceUsage}`,
    help: 'Take events out of a reaction without handling them.',
    run(input) {
      const { reason } = input.options;
      if (reason === undefined) throw new CliFault('reactions skip needs --reason WHY.', 2);
      return change(input, 'skip', { reason });
    },
  },
  {
    words: 'reactions edit',
    values: ['REACTION', 'EVENT'],
    options: '--file DATA.json',
    help: 'Give a reaction other data for an event, and retry it; - reads standard input.',
    async run({ api, values: [id, event = ''], options: { file } }) {
      if (file === undefined) throw new CliFault('reactions edit needs --file DATA.json.', 2);
      await api().call('PATCH', eventPath(id, event), { data: jsonIn(file) });
      return { data: { event }, text: `${event} is tried with the data of ${file}.` };
    },
  },
];

async function runParked({ api, values: [id], options }: CommandInput): Promise<CommandResult> {
  if (options.event !== undefined) {
    const whole = await api().get(eventPath(id, options.event));
    return { data: whole, text: JSON.stringify(whole, null, 2) };
  }
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...filterOf(options), limit: options.limit })) {
    if (value !== undefined) query.set(name, value);
  }
  const page = await api().get<ParkedPage>(pathOf(id, `/parked-events?${query.toString()}`));
  if (page.items.length === 0) return { data: page, text: 'There are no parked events.' };
  const rows = page.items.map((item) => [
    item.eventId ?? String(item.position),
    item.state + (item.edited ? ', edited' : ''),
    String(item.tries),
    item.nextTryAt ?? '-',
    item.key,
    item.error === null ? '' : `${item.error.code}: ${item.error.message}`,
  ]);
  const more = page.next === null ? '' : '\nThere are more: raise --limit (200 at the most).';
  const head = ['EVENT', 'STATE', 'TRIES', 'NEXT TRY', 'KEY', 'ERROR'];
  return { data: page, text: columns(head, rows) + more };
}

/** @param body what goes with the filters, or alone for one event */
async function change(
  { api, values: [id], options }: CommandInput,
  action: 'retry' | 'skip',
  body: object,
): Promise<CommandResult> {
  const { event, all, 'dry-run': dryRun } = options;
  const filter = filterOf(options);
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  if ([event !== undefined, all === true, isFiltered].filter(Boolean).length !== 1) {
    throw new CliFault(`reactions ${action} needs --event EVENT, --all, or filters.`, 2);
  }
  if (event !== undefined) {
    if (dryRun) throw new CliFault('--dry-run counts many events: leave out --event.', 2);
    await api().post(`${eventPath(id, event)}/${action}`, body);
    const done = action === 'retry' ? 'is tried again' : 'is skipped';
    return { data: { event }, text: `${event} ${done}.` };
  }
  const path = pathOf(id, `/parked-events/${action}`);
  const result = await api().post<BulkResult>(path, { ...filter, ...body, dryRun });
  return { data: result, text: describeBulk(result) };
}

function describeBulk({ dryRun, matched, changed, remaining }: BulkResult): string {
  if (dryRun) return `It would change ${matched} events. Nothing was changed.`;
  const rest = remaining === 0 ? '' : ` ${remaining} are left: run it again.`;
  return `Changed ${changed} of ${matched} events.${rest}`;
}

function filterOf({ state, key, type, 'error-code': errorCode }: CliOptions) {
  return { state, key, errorCode, type };
}

function eventPath(reaction: string | undefined, event: string): string {
  return pathOf(reaction, `/parked-events/${encodeURIComponent(event)}`);
}
