import { columns } from './columns.ts';
import type { CliCommand, CommandInput, CommandResult } from './command.ts';

interface Reaction {
  readonly id: string;
  readonly events: readonly string[];
  readonly checkpoint: number;
  readonly lagEvents: number;
  readonly lagSeconds: number;
  readonly pausedAt: string | null;
  readonly owner: string | null;
  readonly counts: Readonly<Record<'taken' | 'handled' | 'parked' | 'dead' | 'skipped', number>>;
  readonly oldestParkedAt: string | null;
  readonly runningReplay: Replay | null;
}

interface Replay {
  readonly id: string;
  readonly state: string;
  readonly firstPosition: number;
  readonly lastPosition: number;
  readonly selected: number;
  readonly handled: number;
  readonly parked: number;
  readonly passedOver: number;
  readonly percent: number;
}

interface ReplayPlan {
  readonly dryRun: true;
  readonly events: number;
  readonly firstPosition: number | null;
  readonly lastPosition: number | null;
  readonly firstAt: string | null;
  readonly lastAt: string | null;
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** Address of a reaction. */
export function pathOf(reaction: string | undefined, rest = ''): string {
  return `/v1/reactions/${encodeURIComponent(reaction ?? '')}${rest}`;
}

/** Commands for reactions as a whole: how far they are, pause, and replay. */
export const reactionCommands: readonly CliCommand[] = [
  {
    words: 'reactions list',
    values: [],
    help: 'List reactions with where their events are.',
    async run({ api }) {
      const page = await api().get<Page<Reaction>>('/v1/reactions');
      const rows = page.items.map(({ id, lagEvents, counts, pausedAt }) => [
        id,
        ...[lagEvents, counts.handled, counts.parked, counts.dead, counts.skipped].map(String),
        pausedAt === null ? '' : 'paused',
      ]);
      const head = ['ID', 'LAG', 'HANDLED', 'PARKED', 'DEAD', 'SKIPPED', ''];
      return { data: page, text: columns(head, rows) };
    },
  },
  {
    words: 'reactions show',
    values: ['REACTION'],
    help: 'Show a reaction: its events, how far it is, what it could not handle.',
    async run({ api, values: [id] }) {
      const reaction = await api().get<Reaction>(pathOf(id));
      return { data: reaction, text: describeReaction(reaction) };
    },
  },
  {
    words: 'reactions pause',
    values: ['REACTION'],
    help: 'Stop a reaction; its events wait in the log.',
    run: (input) => setPaused(input, true),
  },
  {
    words: 'reactions resume',
    values: ['REACTION'],
    help: 'Let a paused reaction go on.',
    run: (input) => setPaused(input, false),
  },
  {
    words: 'reactions replay',
    values: ['REACTION'],
    options: '[--from P] [--to P] [--key K] [--type T] [--dry-run]',
    help: 'Replay a stretch of the log; P is a position, a time or the id of an event.',
    run: runReplay,
  },
  {
    words: 'reactions replays',
    values: ['REACTION'],
    options: '[--limit N]',
    help: 'List the replays of a reaction with how far they are.',
    async run({ api, values: [id], options: { limit } }) {
      const query = limit === undefined ? '' : `?limit=${encodeURIComponent(limit)}`;
      const page = await api().get<Page<Replay>>(pathOf(id, `/replays${query}`));
      if (page.items.length === 0) return { data: page, text: 'There are no replays.' };
      const head = ['ID', 'STATE', 'DONE', 'EVENTS', 'HANDLED', 'PARKED', 'PASSED OVER'];
      const rows = page.items.map((replay) => [
        replay.id,
        replay.state,
        `${replay.percent} %`,
        ...[replay.selected, replay.handled, replay.parked, replay.passedOver].map(String),
      ]);
      return { data: page, text: columns(head, rows) };
    },
  },
  {
    words: 'reactions cancel',
    values: ['REACTION', 'REPLAY'],
    help: 'End a replay where it is.',
    async run({ api, values: [id, replayId = ''] }) {
      const path = pathOf(id, `/replays/${encodeURIComponent(replayId)}`);
      const replay = await api().call<Replay>('DELETE', path);
      return { data: replay, text: `${replay.id} is ${replay.state} at ${replay.percent} %.` };
    },
  },
];

async function setPaused({ api, values: [id] }: CommandInput, paused: boolean) {
  const reaction = await api().call<Reaction>('PATCH', pathOf(id), { paused });
  const state = reaction.pausedAt === null ? 'runs' : `is paused since ${reaction.pausedAt}`;
  return { data: reaction, text: `${reaction.id} ${state}.` };
}

async function runReplay({ api, values: [id], options }: CommandInput): Promise<CommandResult> {
  const { from, to, key, type, 'dry-run': dryRun } = options;
  const body = { from: pointOf(from), to: pointOf(to), key, type, dryRun };
  const answer = await api().post<Replay | ReplayPlan>(pathOf(id, '/replays'), body);
  if ('dryRun' in answer) {
    const { events, firstPosition, lastPosition, firstAt, lastAt } = answer;
    const range =
      events === 0
        ? ''
        : `, positions ${firstPosition} to ${lastPosition}, ${firstAt} to ${lastAt}`;
    return { data: answer, text: `It would have ${events} events${range}. Nothing was changed.` };
  }
  const follow = `See how far it is: npm run cli -- reactions replays ${id}`;
  return { data: answer, text: `${answer.id} has ${answer.selected} events.\n${follow}` };
}

/** Positions are numbers; times and ids are text. */
function pointOf(text: string | undefined): string | number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
}

function describeReaction(reaction: Reaction): string {
  const { counts, runningReplay: replay } = reaction;
  const { taken, handled, parked, dead, skipped } = counts;
  return [
    `${reaction.id}${reaction.pausedAt === null ? '' : `  paused since ${reaction.pausedAt}`}`,
    `reacts to   ${reaction.events.join(', ')}`,
    `checkpoint  ${reaction.checkpoint}, ${reaction.lagEvents} behind, ${reaction.lagSeconds} s`,
    `worked by   ${reaction.owner ?? 'nobody'}`,
    `events      ${taken} = ${handled} handled + ${parked} parked + ${dead} dead + ${skipped} skipped`,
    ...(reaction.oldestParkedAt === null ? [] : [`oldest      ${reaction.oldestParkedAt}`]),
    ...(replay === null ? [] : [`replay      ${replay.id}, ${replay.percent} %`]),
  ].join('\n');
}
