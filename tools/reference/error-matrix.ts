/*
 * What becomes of each kind of error at each border: the one truth. The reference page is written
 * from it, and test/conformance/error-propagation.conformance.spec.ts runs every cell of it.
 */

/** Where an error arrives. `http-out` is a receiver of ours that answers with it. */
export const errorBorders = [
  'http-in',
  'command',
  'query',
  'reaction',
  'due-work',
  'http-out',
] as const;

export type ErrorBorder = (typeof errorBorders)[number];

/** What becomes of an error at one border. */
export interface ErrorCell {
  /** Stable code in the answer, the row or the log; `own` stands for the code of the error. */
  readonly code: string;
  /** Where it ends. `again`: its lease or policy brings it back, as long as its module says. */
  readonly ends: 'answered' | 'thrown' | 'dead' | 'handled' | 'again' | 'exhausted';
  /** Status of the HTTP answer in `http-in`, and of the receiver's in `http-out`. */
  readonly status?: number;
  /** How often the handler runs if nothing changes, all tries together; absent when unbounded. */
  readonly runs?: number;
  /** The least time to the first try that comes by itself, give or take a fifth. */
  readonly waitMs?: number;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Label of the metric that counts it: status of an answer, outcome of anything else. */
  readonly metric: string;
}

/** One kind of error. */
export interface ErrorRow {
  readonly kind: string;
  /** Code of the kernel; absent for errors of modules, which have their own. */
  readonly code?: string;
  /** Status in the catalogue; null for what is no catalogued error. */
  readonly status: number | null;
  readonly retryAfterSeconds?: number;
  readonly meaning: string;
  /** What a caller over HTTP learns: the detail of the error, or only that something failed. */
  readonly callerSees: 'detail' | 'nothing';
  readonly cells: Readonly<Record<ErrorBorder, ErrorCell | null>>;
}

const thrown = { ends: 'thrown', runs: 1, level: 'debug', metric: 'error' } as const;
const parkedThenDead = { ends: 'dead', runs: 8, waitMs: 1_000, metric: 'dead' } as const;
const hopeless = {
  code: 'own',
  ends: 'dead',
  runs: 1,
  level: 'error',
  metric: 'dead',
} as const;
const onceMore = { ends: 'again', metric: 'error' } as const;

function answered(status: number, level: 'info' | 'error', code = 'own'): ErrorCell {
  return { code, ends: 'answered', status, runs: 1, level, metric: String(status) };
}

function receiver(status: number, waitMs = 5_000): ErrorCell {
  const code = 'deliveries.attempt-failed';
  return { code, ends: 'again', status, waitMs, level: 'warn', metric: 'error' };
}

/** What nobody but the caller can mend: never tried again, and dead at once in a reaction. */
function refusal(status: number): ErrorRow['cells'] {
  return {
    'http-in': answered(status, 'info'),
    command: { code: 'own', ...thrown },
    query: { code: 'own', ...thrown },
    reaction: hopeless,
    'due-work': { code: 'own', level: 'warn', ...onceMore },
    'http-out': receiver(status),
  };
}

/** What may pass by itself: tried again wherever nobody waits for the answer. */
function passing(status: number, level: 'warn' | 'error'): ErrorRow['cells'] {
  return {
    'http-in': answered(status, level === 'error' ? 'error' : 'info'),
    command: { code: 'own', ...thrown },
    query: { code: 'own', ...thrown },
    reaction: { code: 'own', level, ...parkedThenDead },
    'due-work': { code: 'own', level, ...onceMore },
    'http-out': receiver(status),
  };
}

/** A wait that the error asks for. */
function askedToWait(row: ErrorRow['cells'], waitMs: number): ErrorRow['cells'] {
  const { reaction, 'http-out': out } = row;
  if (reaction === null || out === null) return row;
  return { ...row, reaction: { ...reaction, waitMs }, 'http-out': { ...out, waitMs } };
}

export const errorMatrix: readonly ErrorRow[] = [
  {
    kind: 'invalid-input',
    status: 400,
    meaning: 'What was sent breaks a rule; it will always do so.',
    callerSees: 'detail',
    cells: refusal(400),
  },
  {
    kind: 'unauthenticated',
    status: 401,
    meaning: 'Nobody knows who asks.',
    callerSees: 'detail',
    cells: refusal(401),
  },
  {
    kind: 'forbidden',
    status: 403,
    meaning: 'Who asks may not; waiting changes no permission.',
    callerSees: 'detail',
    cells: refusal(403),
  },
  {
    kind: 'not-found',
    status: 404,
    meaning: 'It is not there; another reaction may still be about to make it.',
    callerSees: 'detail',
    cells: passing(404, 'warn'),
  },
  {
    kind: 'state-conflict',
    status: 409,
    meaning: 'The state of the resource does not allow it now.',
    callerSees: 'detail',
    cells: passing(409, 'warn'),
  },
  {
    kind: 'gone',
    status: 410,
    meaning: 'It was there and will not come back.',
    callerSees: 'detail',
    cells: {
      ...refusal(410),
      'http-out': {
        code: 'deliveries.attempt-failed',
        ends: 'exhausted',
        status: 410,
        level: 'warn',
        metric: 'error',
      },
    },
  },
  {
    kind: 'write-conflict',
    code: 'storage.conflict',
    status: 409,
    meaning: 'Somebody else wrote between the read and the commit: decided again on fresh reads.',
    callerSees: 'detail',
    cells: {
      'http-in': answered(409, 'info'),
      command: { code: 'own', ...thrown, runs: 4 },
      query: { code: 'own', ...thrown },
      reaction: {
        code: 'own',
        level: 'warn',
        ...parkedThenDead,
        // Four at once at first, then once for each try.
        runs: 11,
      },
      'due-work': { code: 'own', level: 'warn', ...onceMore },
      'http-out': null,
    },
  },
  {
    kind: 'rate-limited',
    status: 429,
    retryAfterSeconds: 60,
    meaning: 'Too much at once; it says when to come again.',
    callerSees: 'detail',
    cells: askedToWait(passing(429, 'warn'), 60_000),
  },
  {
    kind: 'dependency-down',
    status: 503,
    retryAfterSeconds: 60,
    meaning: 'Something that is needed does not work; it may say when to come again.',
    callerSees: 'detail',
    cells: askedToWait(passing(503, 'error'), 60_000),
  },
  {
    kind: 'storage-down',
    code: 'storage.unavailable',
    status: 503,
    meaning:
      'Our own store does not work: no fault of the event, which waits without losing tries.',
    callerSees: 'detail',
    cells: {
      ...passing(503, 'error'),
      reaction: { code: 'own', ends: 'handled', level: 'error', metric: 'handled' },
      'http-out': null,
    },
  },
  {
    kind: 'timeout',
    status: 504,
    meaning: 'Something that is needed did not answer in time.',
    callerSees: 'detail',
    cells: passing(504, 'error'),
  },
  {
    kind: 'broken-contract',
    code: 'contracts.violated',
    status: 500,
    meaning:
      'A message inside does not fit its contract: a bug, told to the log and not the caller.',
    callerSees: 'nothing',
    cells: passing(500, 'error'),
  },
  {
    kind: 'bug',
    code: 'internal',
    status: null,
    meaning: 'Anything thrown that no catalogue knows.',
    callerSees: 'nothing',
    cells: { ...passing(500, 'error'), 'http-in': answered(500, 'error', 'http.internal') },
  },
];
