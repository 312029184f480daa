import { columns } from './columns.ts';
import type { CliCommand, CommandInput, CommandResult } from './command.ts';

interface ScheduleView {
  readonly id: string;
  readonly timing: string;
  readonly state: string;
  readonly nextRunAt: string;
  readonly lastError: string | null;
}

interface QueuedCommandView {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly dueAt: string;
  readonly failedTries: number;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** What recurs, and what waits to run. */
export const scheduleCommands: readonly CliCommand[] = [
  {
    words: 'schedules list',
    values: [],
    help: 'List what recurs, with its next time.',
    async run({ api }) {
      const data = await api().get<{ items: readonly ScheduleView[] }>('/v1/schedules');
      const rows = data.items.map(({ id, state, nextRunAt, timing, lastError }) => {
        return [id, state, nextRunAt, timing, lastError ?? '-'];
      });
      return { data, text: columns(['ID', 'STATE', 'NEXT', 'TIMING', 'LAST ERROR'], rows) };
    },
  },
  {
    words: 'schedules run',
    values: ['ID'],
    help: 'Run a schedule now.',
    run: (input) => act(input, 'POST', '/v1/schedules', '/run', 'runs now'),
  },
  {
    words: 'schedules pause',
    values: ['ID'],
    help: 'Let a schedule rest.',
    run: (input) => act(input, 'PATCH', '/v1/schedules', '', 'is paused', { paused: true }),
  },
  {
    words: 'schedules resume',
    values: ['ID'],
    help: 'Let a schedule go on from its next time.',
    run: (input) => act(input, 'PATCH', '/v1/schedules', '', 'goes on', { paused: false }),
  },
  {
    words: 'commands list',
    values: [],
    options: '[--state X] [--type NAME] [--limit N]',
    help: 'List queued commands, newest first.',
    run: listCommands,
  },
  {
    words: 'commands show',
    values: ['ID'],
    help: 'Show a queued command with its input.',
    async run({ api, values: [id = ''] }) {
      const data = await api().get(`/v1/queued-commands/${encodeURIComponent(id)}`);
      return { data, text: JSON.stringify(data, null, 2) };
    },
  },
  {
    words: 'commands retry',
    values: ['ID'],
    help: 'Run a dead command again.',
    run: (input) => act(input, 'POST', '/v1/queued-commands', '/retry', 'is due'),
  },
  {
    words: 'commands cancel',
    values: ['ID'],
    help: 'Cancel a command that has not ended.',
    run: (input) => act(input, 'DELETE', '/v1/queued-commands', '', 'is cancelled'),
  },
];

async function listCommands({ api, options }: CommandInput): Promise<CommandResult> {
  const query = new URLSearchParams();
  if (options.state !== undefined) query.set('state', options.state);
  if (options.type !== undefined) query.set('name', options.type);
  if (options.limit !== undefined) query.set('limit', options.limit);
  const path = `/v1/queued-commands?${query.toString()}`;
  const data = await api().get<{
    readonly items: readonly QueuedCommandView[];
    readonly next: string | null;
  }>(path);
  if (data.items.length === 0) return { data, text: 'There are no queued commands.' };
  const rows = data.items.map(({ id, state, name, dueAt, failedTries, error }) => {
    return [id, state, name, dueAt, String(failedTries), error?.message ?? '-'];
  });
  const head = ['ID', 'STATE', 'NAME', 'DUE', 'FAILED', 'ERROR'];
  const more = data.next === null ? '' : '\nThere are more: raise --limit (200 at the most).';
  return { data, text: columns(head, rows) + more };
}

async function act(
  { api, values: [id = ''] }: CommandInput,
  method: string,
  list: string,
  action: string,
  becomes: string,
  body?: unknown,
): Promise<CommandResult> {
  const path = `${list}/${encodeURIComponent(id)}${action}`;
  const data = await api().call(method, path, body ?? (method === 'POST' ? {} : undefined));
  return { data: data ?? { id }, text: `${id} ${becomes}.` };
}
