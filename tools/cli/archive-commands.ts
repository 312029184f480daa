import type { ApiClient } from '../support/api-client.ts';
import { columns } from './columns.ts';
import { type CliCommand, CliFault, type CommandInput, type CommandResult } from './command.ts';

interface Segment {
  readonly firstPosition: number;
  readonly firstEventAt: string;
  readonly lastEventAt: string;
  readonly events: number;
  readonly packedBytes: number;
}

interface Page {
  readonly items: readonly Segment[];
  readonly next: string | null;
}

/** What left the log. */
export const archiveCommands: readonly CliCommand[] = [
  {
    words: 'archive list',
    values: [],
    options: '[--from TIME] [--to TIME]',
    help: 'List the segments of the archive, oldest first.',
    async run({ api, options }) {
      const data = await segments(api(), options);
      if (data.length === 0) return { data, text: 'The archive has no such segments.' };
      const rows = data.map((segment) => [
        String(segment.firstPosition),
        segment.firstEventAt,
        segment.lastEventAt,
        String(segment.events),
        String(segment.packedBytes),
      ]);
      return { data, text: columns(['SEGMENT', 'FIRST', 'LAST', 'EVENTS', 'BYTES'], rows) };
    },
  },
  {
    words: 'archive export',
    values: [],
    options: '--from TIME --to TIME',
    help: 'Print archived events of a time as lines of JSON.',
    run: exportEvents,
  },
];

async function exportEvents({ api, options }: CommandInput): Promise<CommandResult> {
  const { from, to } = options;
  if (from === undefined || to === undefined) {
    throw new CliFault('archive export needs --from TIME and --to TIME (ISO 8601).', 2);
  }
  const [fromMs, toMs] = [timeOf(from), timeOf(to)];
  const client = api();
  const lines: string[] = [];
  for (const { firstPosition } of await segments(client, options)) {
    const text = await client.text(`/v1/archive-segments/${firstPosition}/events`);
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const { occurred_at_ms: atMs } = JSON.parse(line) as { occurred_at_ms: number };
      if (atMs >= fromMs && atMs < toMs) lines.push(line);
    }
  }
  const text = lines.map((line) => `${line}\n`).join('');
  return { data: { events: lines.length }, text, bytes: Buffer.from(text) };
}

async function segments(api: ApiClient, { from, to }: CommandInput['options']) {
  const found: Segment[] = [];
  const query = new URLSearchParams({ limit: '200' });
  if (from !== undefined) query.set('from', new Date(timeOf(from)).toISOString());
  if (to !== undefined) query.set('before', new Date(timeOf(to)).toISOString());
  for (;;) {
    const page = await api.get<Page>(`/v1/archive-segments?${query.toString()}`);
    found.push(...page.items);
    if (page.next === null) return found;
    query.set('cursor', page.next);
  }
}

function timeOf(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new CliFault(`${text} is no time; write it as 2026-11-22T09:00Z.`, 2);
  return ms;
}
