import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { CreateEndpoint } from '#communication/deliveries/commands/create-endpoint.js';
import { endpointInput } from '#communication/deliveries/domain/endpoint-input.js';
import { FindDeliveries } from '#communication/deliveries/queries/find-deliveries.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { ReactionEngine } from '#shared-kernel/messaging/reaction-engine.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { waitFor } from '../../tools/support/wait-for.js';
import type { ErrorBorder, ErrorCell, ErrorRow } from '../../tools/reference/error-matrix.ts';
import { deliverTo, publishedEvent, ruleMatched } from '../support/deliveries-app.ts';
import { request } from '../support/request.ts';
import { parkedEvents } from '../support/scenario/parked-events.ts';
import {
  AskAndFail,
  Fail,
  FailingWork,
  failingEffect,
  failingReaction,
  FailureAsked,
} from './failing-module.ts';
import { type FailingApp, grown, type Line } from './failing-app.ts';

/** What became of an error, and everything that its caller and the log were told. */
export interface Observed extends ErrorCell {
  /** All that reached the caller, as text; null where nobody waits. */
  readonly told: string | null;
  /** The line that tells of the error, undefined when none does. */
  readonly line: Line | undefined;
  readonly retryAfter?: string | null;
  /** What the caller caught. */
  readonly caught?: unknown;
}

/** Lets an error of this kind happen at the border, and looks. */
export const observe: Readonly<
  Record<ErrorBorder, (app: FailingApp, row: ErrorRow) => Promise<Observed>>
> = {
  'http-in': async (app, { kind }) => {
    const seen = app.lines.length;
    let told = '';
    let status = 0;
    let retryAfter: string | null = null;
    const metric = await grown(app, 'http_server_request_duration_seconds_count', async () => {
      const answer = await request(`${app.url}/v1/failures/${kind}`);
      ({ text: told, status } = answer);
      retryAfter = answer.headers.get('retry-after');
      await lineOf(app, seen, 'signalbox.http');
    });
    const line = await lineOf(app, seen, 'signalbox.http');
    return {
      code: String((JSON.parse(told) as Line)['code']),
      ends: 'answered',
      status,
      runs: app.failures.runs,
      level: levelOf(line),
      metric: labelOf(metric, 'http_response_status_code'),
      told,
      line,
      retryAfter,
    };
  },
  command: (app, { kind }) =>
    observeBus(app, 'signalbox.command', () =>
      app.app.get(CommandBus, { strict: false }).execute(new Fail({ kind })),
    ),
  query: (app, { kind }) =>
    observeBus(app, 'signalbox.query', () =>
      app.app.get(QueryBus, { strict: false }).execute(new AskAndFail({ kind })),
    ),
  reaction: observeReaction,
  'due-work': observeDueWork,
  'http-out': observeReceiver,
};

async function observeBus(
  app: FailingApp,
  dataset: string,
  execute: () => Promise<unknown>,
): Promise<Observed> {
  const seen = app.lines.length;
  let caught: unknown;
  const metric = await grown(app, 'signalbox_message_duration_seconds_count', async () => {
    caught = await execute().catch((error: unknown) => error);
  });
  const line = await lineOf(app, seen, dataset);
  return {
    code: String(line?.['error.code']),
    ends: 'thrown',
    runs: app.failures.runs,
    level: levelOf(line),
    metric: labelOf(metric, 'outcome'),
    told: caught instanceof Error ? caught.message : '',
    line,
    caught,
  };
}

async function observeReaction(app: FailingApp, { kind }: ErrorRow): Promise<Observed> {
  const seen = app.lines.length;
  let end: ReactionEnd | undefined;
  const metric = await grown(app, 'signalbox_reaction_events_total', async () => {
    end = await followEvent(app, kind);
  });
  const line = await failureOf(app, seen, 'signalbox.reaction');
  const { code, waitMs } = end ?? {};
  const isDead = code !== undefined;
  return {
    code: code ?? String(line['error.code']),
    ends: isDead ? 'dead' : 'handled',
    ...(isDead ? { runs: app.failures.runs } : {}),
    ...(waitMs === undefined ? {} : { waitMs }),
    level: levelOf(line),
    metric: labelOf(metric, 'outcome', isDead ? 'dead' : 'handled'),
    told: null,
    line,
  };
}

interface ReactionEnd {
  /** Code that a dead event was given; absent when it was handled. */
  readonly code?: string;
  /** Time from the first try to the second. */
  readonly waitMs?: number;
}

/** Appends an event and follows it until it is dead or handled, moving the clock to each try. */
async function followEvent({ app, clock }: FailingApp, kind: string): Promise<ReactionEnd> {
  const log = app.get(EventLog, { strict: false });
  const store = app.get(Store, { strict: false });
  await log.commit({ events: [FailureAsked.of({ tenant: 'default', data: { kind } })] });
  const mine = (await store.list({ sql: head, parameters: [] }))[0]?.['position'];
  let wait: Pick<ReactionEnd, 'waitMs'> = {};
  for (let tries = 0; ; tries++) {
    const entry = await waitFor(`the end of try ${tries + 1} of ${kind}`, async () => {
      // Asked first: what is handled by then is parked by then, if it is.
      const isPast = await isHandled(store, mine);
      const entries = await parkedEvents(store);
      const found = entries.find(({ position }) => position === mine);
      if (found?.state === 'dead' || (found?.tries ?? 0) > tries) return found;
      return isPast && found === undefined ? 'handled' : undefined;
    });
    if (entry === 'handled') return wait;
    if (entry.state === 'dead') return { ...wait, code: entry.error_code };
    if (tries === 0) wait = { waitMs: entry.due_at_ms - clock.nowMs };
    clock.nowMs = entry.due_at_ms;
    app.get(ReactionEngine, { strict: false }).wakeAll();
  }
}

const head = 'SELECT max(position) AS position FROM event_log';

async function isHandled(store: Store, position: unknown): Promise<boolean> {
  const sql = `SELECT position FROM reaction WHERE id = '${failingReaction}'`;
  const [row] = await store.list({ sql, parameters: [] });
  return Number(row?.['position']) >= Number(position);
}

async function observeDueWork(app: FailingApp, { kind }: ErrorRow): Promise<Observed> {
  const work = app.app.get(FailingWork, { strict: false });
  const log = app.app.get(EventLog, { strict: false });
  const seen = app.lines.length;
  const due = () => log.commit({ due: [failingEffect] });
  const runsAre = (runs: number) => waitFor(`run ${runs}`, () => app.failures.runs === runs);
  const metric = await grown(app, 'signalbox_attempt_duration_seconds_count', async () => {
    work.row = { kind, dueAtMs: app.clock.nowMs };
    await due();
    await runsAre(1);
    await lineOf(app, seen, 'signalbox.attempt');
  });
  // Its lease ends, and it is there again.
  app.clock.nowMs += work.leaseMs;
  await due();
  await runsAre(2);
  work.row = null;
  const line = await lineOf(app, seen, 'signalbox.attempt');
  return {
    code: String(line?.['error.code']),
    ends: 'again',
    level: levelOf(line),
    metric: labelOf(metric, 'outcome'),
    told: null,
    line,
  };
}

async function observeReceiver(app: FailingApp, row: ErrorRow): Promise<Observed> {
  const status = row.cells['http-out']?.status ?? 0;
  const { retryAfterSeconds } = row;
  const retryAfter = retryAfterSeconds === undefined ? null : String(retryAfterSeconds);
  app.receiver.answer =
    row.kind === 'timeout'
      ? { kind: 'failed', stage: 'timeout', message: 'no answer began', durationMs: 1 }
      : { kind: 'answered', status, retryAfter, bodyStart: '', durationMs: 1 };
  const seen = app.lines.length;
  const log = app.app.get(EventLog, { strict: false });
  const { endpoint } = await app.app
    .get(CommandBus, { strict: false })
    .execute(new CreateEndpoint({ ...endpointOf(row.kind), tenant: 'default' }));
  const event = publishedEvent();
  const eventId = event.id ?? '';
  const matched = ruleMatched(eventId, deliverTo(endpoint.id));
  const metric = await grown(app, 'signalbox_attempt_duration_seconds_count', async () => {
    await log.commit({ events: [event, matched] });
    await lineOf(app, seen, 'signalbox.attempt');
  });
  const line = await lineOf(app, seen, 'signalbox.attempt');
  const queries = app.app.get(QueryBus, { strict: false });
  const { items } = await queries.execute(
    new FindDeliveries({ tenant: 'default', limit: 1, eventId }),
  );
  const [delivery] = items;
  const dueAtMs = delivery?.dueAtMs ?? null;
  return {
    code: String(line?.['error.code']),
    ends: delivery?.state === 'due' ? 'again' : 'exhausted',
    status,
    ...(dueAtMs === null ? {} : { waitMs: dueAtMs - app.clock.nowMs }),
    level: levelOf(line),
    metric: labelOf(metric, 'outcome'),
    told: null,
    line,
  };
}

function endpointOf(kind: string) {
  return endpointInput.parse({ name: kind, url: `https://${kind}.example.com/in` });
}

/** The first line of this data set since then that tells of a failure; it may follow a success. */
function failureOf(app: FailingApp, seen: number, dataset: string): Promise<Line> {
  return waitFor(`a failure in the lines of ${dataset}`, () =>
    app.lines
      .slice(seen)
      .find((line) => line['event.dataset'] === dataset && line['event.outcome'] === 'failure'),
  );
}

/** The first line of this data set since then; of a handler that failed, once it is there. */
function lineOf(app: FailingApp, seen: number, dataset: string): Promise<Line | undefined> {
  return waitFor(`a line of ${dataset}`, () =>
    app.lines.slice(seen).find((line) => line['event.dataset'] === dataset),
  );
}

function levelOf(line: Line | undefined): ErrorCell['level'] {
  return line?.['log.level'] as ErrorCell['level'];
}

/** The one value that a label took; the wanted one when there are several. */
function labelOf(series: readonly string[], label: string, wanted?: string): string {
  const values = series.map((labels) => new RegExp(`${label}="([^"]*)"`).exec(labels)?.[1] ?? '');
  return values.find((value) => value === wanted) ?? values.join(' ');
}
