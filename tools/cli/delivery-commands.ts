import { columns } from './columns.ts';
import { type CliCommand, CliFault, type CommandInput, type CommandResult } from './command.ts';

interface Recovery {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly selected: number;
  readonly started: number;
  readonly passedOver: number;
  readonly percent: number;
  readonly requestedAt: string;
}

interface Plan {
  readonly dryRun: true;
  readonly selected: number;
  /** Of a replay: what would be sent, null when there are too many to try. */
  readonly matched?: number | null;
}

const recoveries = '/v1/deliveries/recoveries';

/** Commands that start many deliveries again, and follow them. */
export const deliveryCommands: readonly CliCommand[] = [
  {
    words: 'deliveries recover',
    values: [],
    options:
      '--all | [--endpoint E] [--state S] [--type T] [--from TIME] [--to TIME] ' +
      '[--status N] [--stage S] [--dry-run]',
    help: 'Deliver again what was exhausted or discarded, in the background.',
    run: recover,
  },
  {
    words: 'deliveries replay',
    values: ['ENDPOINT'],
    options: '--from P [--to P] [--type T,T] [--match rules|all] [--dry-run]',
    help: 'Send events of the log to an endpoint; P is a position, a time or the id of an event.',
    run: replay,
  },
  {
    words: 'deliveries recoveries',
    values: ['[RECOVERY]'],
    options: '[--limit N]',
    help: 'List recoveries and replays with how far they are, or show one.',
    run: list,
  },
  {
    words: 'deliveries cancel',
    values: ['RECOVERY'],
    help: 'End a recovery where it is.',
    async run({ api, values: [id = ''] }) {
      const recovery = await api().call<Recovery>('DELETE', pathOf(id));
      return { data: recovery, text: `${recovery.id} is ${recovery.state}: ${doneOf(recovery)}.` };
    },
  },
];

async function recover({ api, options }: CommandInput): Promise<CommandResult> {
  const { all, endpoint, state, type, from, to, status, stage, 'dry-run': dryRun } = options;
  const filter = {
    endpointId: endpoint,
    state,
    eventType: type,
    from,
    to,
    lastStatus: status === undefined ? undefined : Number(status),
    lastStage: stage,
  };
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  if (isFiltered === (all === true)) {
    throw new CliFault('deliveries recover needs --all or filters, and not both.', 2);
  }
  const body = { ...filter, dryRun };
  return answerOf(await api().post<Plan | Recovery>('/v1/deliveries/recover', body), 'deliveries');
}

async function replay({ api, values: [id = ''], options }: CommandInput): Promise<CommandResult> {
  const { from, to, type, match, 'dry-run': dryRun } = options;
  if (from === undefined) throw new CliFault('deliveries replay needs --from P.', 2);
  const eventTypes = type?.split(',');
  const body = { from: pointOf(from), to: pointOf(to), eventTypes, match, dryRun };
  const path = `/v1/endpoints/${encodeURIComponent(id)}/replay`;
  return answerOf(await api().post<Plan | Recovery>(path, body), 'events');
}

async function list({ api, values: [id], options: { limit } }: CommandInput) {
  if (id !== undefined) {
    const recovery = await api().get<Recovery>(pathOf(id));
    return { data: recovery, text: `${recovery.id} is ${recovery.state}: ${doneOf(recovery)}.` };
  }
  const query = limit === undefined ? '' : `?limit=${encodeURIComponent(limit)}`;
  const page = await api().get<{ items: readonly Recovery[] }>(`${recoveries}${query}`);
  if (page.items.length === 0) return { data: page, text: 'There are no recoveries.' };
  const rows = page.items.map((recovery) => [
    recovery.id,
    recovery.kind,
    recovery.state,
    `${recovery.percent} %`,
    ...[recovery.selected, recovery.started, recovery.passedOver].map(String),
    recovery.requestedAt,
  ]);
  const head = ['ID', 'KIND', 'STATE', 'DONE', 'SELECTED', 'STARTED', 'PASSED OVER', 'ASKED'];
  return { data: page, text: columns(head, rows) };
}

function answerOf(answer: Plan | Recovery, what: string): CommandResult {
  if ('dryRun' in answer) {
    const { selected, matched } = answer;
    const sent = matched === undefined || matched === null ? '' : `, and would send ${matched}`;
    const text = `It would have ${selected} ${what}${sent}. Nothing was changed.`;
    return { data: answer, text };
  }
  const follow = `See how far it is: npm run cli -- deliveries recoveries ${answer.id}`;
  return { data: answer, text: `${answer.id} has ${answer.selected} ${what}.\n${follow}` };
}

function doneOf({ percent, selected, started, passedOver }: Recovery): string {
  return `${percent} %, ${started} started and ${passedOver} passed over of ${selected}`;
}

function pathOf(id: string): string {
  return `${recoveries}/${encodeURIComponent(id)}`;
}

/** Positions are numbers; times and ids are text. */
function pointOf(text: string | undefined): string | number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
}
