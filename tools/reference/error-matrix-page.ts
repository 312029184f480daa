import { type ErrorCell, errorBorders, errorMatrix, type ErrorRow } from './error-matrix.ts';
import { code, page, table } from './markdown.ts';

/** What becomes of each kind of error at each border. */
export function errorMatrixPage(): string {
  return page(
    '# Error propagation',
    'What becomes of an error, by its kind and by the border that it meets. A test runs every cell ' +
      'of these tables against the program. Codes, titles and remedies stand in ' +
      '[errors](errors.md).',
    'An error keeps its code and its causes on every way: the log has the messages of the whole ' +
      'chain (`error.message`), the caller only what is meant for callers. An error is logged once, ' +
      'by the outermost message; commands and queries say it at the level debug.',
    '## Kinds',
    table(
      ['Kind', 'Status', 'What it means', 'What a caller learns'],
      errorMatrix.map((row) => [row.kind, statusOf(row), row.meaning, seenBy(row)]),
    ),
    ...errorBorders.flatMap((border) => [
      `## ${border}`,
      about[border],
      table(
        ['Kind', 'Code', 'What becomes of it', 'Runs', 'First wait', 'Log level', 'Metric'],
        errorMatrix.flatMap(({ kind, cells }) => {
          const cell = cells[border];
          return cell === null ? [] : [[kind, ...columnsOf(cell)]];
        }),
      ),
    ]),
    '## From module to module',
    'An error that leaves its module by a command or a query keeps its code, its fields and its ' +
      '`Retry-After`, and gains a cause that names the border, which the log shows: ' +
      '`No such endpoint. <- deliveries.endpoint-exists, asked by event-processing`. A bug stays ' +
      'the bug that it is.',
  );
}

const about: Readonly<Record<(typeof errorBorders)[number], string>> = {
  'http-in':
    'A problem document (RFC 9457), with `Retry-After` where the error says when. Whether to send ' +
    'again is the caller’s to decide. Metric: `http_server_request_duration_seconds`, by status.',
  command:
    'The caller of the bus gets the error itself; only conflicts of writes are tried again, at ' +
    'once. Metric: `signalbox_message_duration_seconds`, by outcome.',
  query: 'The caller of the bus gets the error itself. Metric: as for commands.',
  reaction:
    'What may pass by itself is parked and tried 8 times with growing waits, later events of its ' +
    'key behind it; what can never pass is dead at once and waits for a person. Metric: ' +
    '`signalbox_reaction_events_total`, by outcome.',
  'due-work':
    'An error that is thrown leaves the row claimed: it comes back when its lease ends. Metric: ' +
    '`signalbox_attempt_duration_seconds`, by outcome.',
  'http-out':
    'What a receiver of deliveries answers is no error of ours but an outcome, judged by the ' +
    'endpoint’s retry policy: nearly everything may be a wrong setting of an hour. Metric: as for ' +
    'due work.',
};

function columnsOf({ code: errorCode, ends, status, runs, waitMs, level, metric }: ErrorCell) {
  return [
    errorCode === 'own' ? 'its own' : code(errorCode),
    status === undefined ? ends : `${ends} ${status}`,
    runs === undefined ? 'as long as it takes' : String(runs),
    waitMs === undefined ? '' : `${waitMs / 1_000} s`,
    level,
    code(metric),
  ];
}

function statusOf({ status, code: errorCode }: ErrorRow): string {
  if (status === null) return 'not catalogued';
  return errorCode === undefined ? String(status) : `${status}, ${code(errorCode)}`;
}

function seenBy({ callerSees }: ErrorRow): string {
  return callerSees === 'detail' ? 'what is wrong' : 'only that the program failed';
}
