/*
 * The thread that owns one SQLite connection. Started straight from its source in tests, so this
 * file keeps to erasable TypeScript and imports nothing of ours at run time.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { WorkerCommit, WorkerOutcome, WorkerReply, WorkerRequest } from './sqlite-protocol.js';
import type { SqlValue } from './statement.js';

const settings = workerData as { file: string; role: 'writer' | 'reader'; pagesMax: number };
/** Commits that share one transaction at the most: bounds how long the first one waits. */
const groupSizeMax = 1_000;
/** SQLITE_CONSTRAINT_PRIMARYKEY and SQLITE_CONSTRAINT_UNIQUE (https://sqlite.org/rescode.html). */
const uniqueViolations = new Set([1555, 2067]);
/** Commits of one group that may undo its transaction before the whole group fails. */
const culpritsMax = 8;

const database = openDatabase();
const statements = new Map<number, StatementSync>();
/** SQL that did not compile yet, by number: its table may come with a later migration. */
const uncompiled = new Map<number, string>();
const port = parentPort;
if (port === null) throw new Error('this file runs as a worker thread only');

port.on('message', (first: WorkerRequest) => {
  // What has arrived meanwhile joins the group: one fsync for all of it.
  const requests = [first];
  let size = first.kind === 'commit' ? first.commits.length : 1;
  while (size < groupSizeMax) {
    const waiting = receiveMessageOnPort(port) as { message: WorkerRequest } | undefined;
    if (waiting === undefined) break;
    requests.push(waiting.message);
    size += waiting.message.kind === 'commit' ? waiting.message.commits.length : 1;
  }
  for (const request of requests) {
    for (const [number, sql] of request.statements) prepare(number, sql);
  }
  const commits = requests.flatMap((request) => (request.kind === 'commit' ? request.commits : []));
  for (let from = 0; from < commits.length; from += groupSizeMax) {
    commitGroup(commits.slice(from, from + groupSizeMax));
  }
  for (const request of requests) if (request.kind === 'read') read(request);
});

function openDatabase(): DatabaseSync {
  const opened = new DatabaseSync(settings.file, { readOnly: settings.role === 'reader' });
  opened.exec('PRAGMA busy_timeout = 5000');
  if (settings.role === 'writer') {
    opened.exec('PRAGMA journal_mode = WAL');
    // FULL: the write-ahead log is fsynced at every commit, so an acknowledged commit survives a
    // power cut.
    opened.exec('PRAGMA synchronous = FULL');
    opened.exec('PRAGMA wal_autocheckpoint = 4000');
    opened.exec('PRAGMA journal_size_limit = 67108864');
    if (settings.pagesMax > 0) opened.exec(`PRAGMA max_page_count = ${settings.pagesMax}`);
  }
  return opened;
}

/**
 * A statement that does not compile (a missing table) fails the commits that use it, not the
 * thread.
 */
function prepare(number: number, sql: string): void {
  try {
    statements.set(number, database.prepare(sql));
  } catch {
    uncompiled.set(number, sql);
  }
}

function statement(number: number): StatementSync {
  const known = statements.get(number);
  if (known !== undefined) return known;
  const sql = uncompiled.get(number);
  if (sql === undefined) throw new Error(`statement ${number} was never sent`);
  const compiled = database.prepare(sql);
  statements.set(number, compiled);
  uncompiled.delete(number);
  return compiled;
}

/**
 * Applies a group in one transaction. The first pass has no savepoints, since nearly every group
 * succeeds as a whole; a group in which one commit fails is undone and applied again, commit by
 * commit.
 */
function commitGroup(commits: readonly WorkerCommit[]): void {
  const startedAt = performance.now();
  const outcomes = applyTogether(commits) ?? applyApart(commits);
  const reply: WorkerReply = {
    kind: 'committed',
    outcomes: commits.map(({ id }, index) => [id, outcomes[index] as WorkerOutcome]),
    durationMs: performance.now() - startedAt,
  };
  port?.postMessage(reply);
}

/** @returns null when anything failed: then nothing was applied */
function applyTogether(commits: readonly WorkerCommit[]): WorkerOutcome[] | null {
  try {
    database.exec('BEGIN IMMEDIATE');
    const outcomes: WorkerOutcome[] = [];
    for (const commit of commits) {
      const outcome = applyCommit(commit);
      if (outcome.kind !== 'committed') {
        undo();
        return null;
      }
      outcomes.push(outcome);
    }
    database.exec('COMMIT');
    return outcomes;
  } catch {
    undo();
    return null;
  }
}

/**
 * One transaction with a savepoint around each commit. Some faults (a full disk, above all) make
 * SQLite undo the whole transaction: then the commit that met it fails and the others start over
 * without it, a bounded number of times.
 */
function applyApart(commits: readonly WorkerCommit[]): WorkerOutcome[] {
  const culprits = new Map<WorkerCommit, FailedOutcome>();
  for (;;) {
    const pass = applyGuarded(commits, culprits);
    if (Array.isArray(pass)) return pass;
    const { culprit, failure } = pass;
    if (culprit === null || culprits.size >= culpritsMax) return commits.map(() => failure);
    culprits.set(culprit, failure);
  }
}

/** The outcomes, or the fault that undid the transaction and the commit that met it. */
type GuardedPass = WorkerOutcome[] | { culprit: WorkerCommit | null; failure: FailedOutcome };

function applyGuarded(
  commits: readonly WorkerCommit[],
  culprits: ReadonlyMap<WorkerCommit, FailedOutcome>,
): GuardedPass {
  try {
    database.exec('BEGIN IMMEDIATE');
    const outcomes: WorkerOutcome[] = [];
    for (const commit of commits) {
      const outcome = culprits.get(commit) ?? applyWithSavepoint(commit);
      if (outcome.kind === 'failed' && !database.isTransaction) {
        return { culprit: commit, failure: outcome };
      }
      outcomes.push(outcome);
    }
    database.exec('COMMIT');
    return outcomes;
  } catch (error) {
    undo();
    return { culprit: null, failure: failureOf(error as SqliteError) };
  }
}

function applyWithSavepoint(commit: WorkerCommit): WorkerOutcome {
  database.exec('SAVEPOINT one_commit');
  const outcome = applyCommit(commit);
  if (!database.isTransaction) return outcome;
  if (outcome.kind !== 'committed') database.exec('ROLLBACK TO one_commit');
  database.exec('RELEASE one_commit');
  return outcome;
}

function undo(): void {
  if (database.isTransaction) database.exec('ROLLBACK');
}

function applyCommit(commit: WorkerCommit): WorkerOutcome {
  const rows: Record<string, unknown>[][] = [];
  for (const write of commit.writes) {
    const [number, parameters, expect, conflict, returning] = write;
    try {
      const { changed, found } = run(statement(number), parameters, returning);
      rows.push(found);
      if (expect === 'one-row' && changed !== 1) return { kind: 'conflict', conflict };
    } catch (error) {
      const fault = error as SqliteError;
      if (expect === 'absent' && uniqueViolations.has(fault.errcode ?? 0)) {
        return { kind: 'conflict', conflict };
      }
      return failureOf(fault);
    }
  }
  return { kind: 'committed', rows };
}

function run(
  prepared: StatementSync,
  parameters: readonly SqlValue[],
  returning: boolean,
): { changed: number; found: Record<string, unknown>[] } {
  if (!returning) return { changed: Number(prepared.run(...parameters).changes), found: [] };
  const found = prepared.all(...parameters);
  return { changed: found.length, found };
}

function read(request: Extract<WorkerRequest, { kind: 'read' }>): void {
  try {
    const rows = statement(request.statement).all(...request.parameters) as Record<
      string,
      unknown
    >[];
    port?.postMessage({ kind: 'rows', id: request.id, rows } satisfies WorkerReply);
  } catch (error) {
    const outcome = failureOf(error as SqliteError);
    port?.postMessage({ kind: 'read-failed', id: request.id, outcome } satisfies WorkerReply);
  }
}

type FailedOutcome = Extract<WorkerOutcome, { kind: 'failed' }>;

function failureOf(error: SqliteError): FailedOutcome {
  return { kind: 'failed', errcode: error.errcode ?? 0, message: error.message };
}

interface SqliteError extends Error {
  errcode?: number;
}
