import { setTimeout as pause } from 'node:timers/promises';
import { appends, takeAppendTurn } from './append-order.js';
import type { PostgresConnection } from './postgres-connection.js';
import { errorOf, faultOf, kindOf, unknownOutcome } from './postgres-faults.js';
import type { Answer, PostgresSession } from './postgres-session.js';
import { judge, type WriteOutcome } from './postgres-verdict.js';
import type { Write } from './statement.js';

/** Times a group is begun before its commits fail. */
const triesMax = 4;
/** Pause before another try, times the number of the try, with as much jitter. */
const retryPauseMs = 20;
/** Commits sent behind one another with savepoints at the most. */
const stretchMax = 128;

/** A group that did not happen; `again` when it may be begun once more. */
class GroupFailed extends Error {
  constructor(
    readonly again: boolean,
    override readonly cause: unknown,
  ) {
    super('the group did not happen');
  }
}

/**
 * Applies groups of commits, each group in one transaction. The first pass has no savepoints, since
 * nearly every group succeeds as a whole; a group in which one commit fails is undone and applied
 * again with a savepoint before each commit.
 */
export class PostgresWriter {
  constructor(private readonly connection: PostgresConnection) {}

  /** The outcome of each commit, in order; never throws. */
  async apply(commits: readonly (readonly Write[])[]): Promise<WriteOutcome[]> {
    for (let tries = 1; ; tries++) {
      try {
        const session = await this.connection.session();
        return (await this.together(session, commits)) ?? (await this.apart(session, commits));
      } catch (error) {
        if (!(error instanceof GroupFailed)) return commits.map(() => failed(error as Error));
        if (!error.again || tries >= triesMax) {
          const cause = error.again ? errorOf(faultOf(error.cause)) : unknownOutcome(error.cause);
          return commits.map(() => failed(cause));
        }
        await pause(retryPauseMs * tries * (1 + Math.random()));
      }
    }
  }

  /** @returns null when one of them failed: then nothing was applied */
  private async together(
    session: PostgresSession,
    commits: readonly (readonly Write[])[],
  ): Promise<WriteOutcome[] | null> {
    // A transaction in which a statement failed is undone by COMMIT too, so COMMIT need not wait
    // for the answers unless one of them must be looked at first.
    const atOnce = commits.every((writes) => writes.every(({ expect }) => expect !== 'one-row'));
    const { answers, end } = session.together(() => {
      begin(session, commits);
      const sent = commits.map((writes) => send(session, writes));
      return { answers: sent, end: atOnce ? session.run(commit) : null };
    });
    // It may be rejected before anybody waits for it.
    end?.catch(() => undefined);
    const outcomes: WriteOutcome[] = [];
    for (const [index, writes] of commits.entries()) {
      const outcome = judge(writes, await Promise.allSettled(answers[index] ?? []));
      if (outcome.kind !== 'committed') {
        if (!atOnce) await this.undo(session);
        this.giveUpIfHopeless(session, outcome, end !== null);
        await end?.catch(() => undefined);
        return null;
      }
      outcomes.push(outcome);
    }
    await this.finish(session, end ?? session.run(commit));
    return outcomes;
  }

  private async apart(
    session: PostgresSession,
    commits: readonly (readonly Write[])[],
  ): Promise<WriteOutcome[]> {
    const outcomes: WriteOutcome[] = [];
    let stretch = stretchMax;
    begin(session, commits);
    while (outcomes.length < commits.length) {
      const from = outcomes.length;
      const slice = commits.slice(from, from + stretch);
      const settled = await this.guarded(session, slice, from);
      outcomes.push(...settled);
      // Where commits fail, what was sent behind them was in vain: send less.
      const allLanded = settled.every(({ kind }) => kind === 'committed');
      stretch = allLanded ? Math.min(stretch * 2, stretchMax) : Math.max(1, stretch >> 1);
    }
    await this.finish(session, session.run(commit));
    return outcomes;
  }

  /** Applies commits up to and with the first that fails, which is undone. */
  private async guarded(
    session: PostgresSession,
    commits: readonly (readonly Write[])[],
    from: number,
  ): Promise<WriteOutcome[]> {
    const answers = session.together(() =>
      commits.map((writes, index) => {
        void ignored(session.run(plain(`SAVEPOINT c${from + index}`)));
        return send(session, writes);
      }),
    );
    const outcomes: WriteOutcome[] = [];
    for (const [index, writes] of commits.entries()) {
      const outcome = judge(writes, await Promise.allSettled(answers[index] ?? []));
      outcomes.push(outcome);
      if (outcome.kind === 'committed') continue;
      this.giveUpIfHopeless(session, outcome, false);
      await this.answerOf(session, session.run(plain(`ROLLBACK TO SAVEPOINT c${from + index}`)));
      break;
    }
    return outcomes;
  }

  /** Ends the try for the whole group when the fault is not that of one commit. */
  private giveUpIfHopeless(
    session: PostgresSession,
    outcome: WriteOutcome,
    commitWasSent: boolean,
  ): void {
    if (outcome.kind !== 'failed') return;
    const kind = kindOf(outcome.fault);
    if (kind !== 'again' && kind !== 'connection') return;
    const wasAnswered = /^[0-9A-Z]{5}$/.test(outcome.fault.code);
    // The transaction may still be open, or the session know too old tables: the next try begins
    // on a fresh one.
    this.connection.discard(session);
    // A statement that the server refused has undone the transaction, whatever COMMIT met.
    throw new GroupFailed(wasAnswered || !commitWasSent, outcome.fault.cause);
  }

  private async undo(session: PostgresSession): Promise<void> {
    await ignored(session.run(plain('ROLLBACK')));
  }

  private async finish(session: PostgresSession, ending: Promise<Answer>): Promise<void> {
    let answer: Answer;
    try {
      answer = await ending;
    } catch (error) {
      this.connection.discard(session);
      const { code } = faultOf(error);
      // Refused with a SQLSTATE, it did not happen; an answer that got lost tells nothing.
      throw new GroupFailed(/^(40|23|53)/.test(code), error);
    }
    if (answer.command === 'COMMIT') return;
    this.connection.discard(session);
    throw new GroupFailed(true, new Error('the server undid the transaction'));
  }

  private async answerOf(session: PostgresSession, asked: Promise<Answer>): Promise<Answer> {
    try {
      return await asked;
    } catch (error) {
      this.connection.discard(session);
      throw new GroupFailed(true, error);
    }
  }
}

const plain = (sql: string) => ({ sql, parameters: [] });
const commit = plain('COMMIT');

function begin(session: PostgresSession, commits: readonly (readonly Write[])[]): void {
  void ignored(session.run(plain('BEGIN')));
  const appending = commits.some((writes) =>
    writes.some(({ statement }) => appends(statement.sql)),
  );
  if (appending) void ignored(session.run(plain(takeAppendTurn)));
}

function send(session: PostgresSession, writes: readonly Write[]): Promise<Answer>[] {
  return writes.map(({ statement }) => {
    const answer = session.run(statement);
    answer.catch(() => undefined);
    return answer;
  });
}

/** What matters of its failure is told by the statements behind it. */
function ignored(asked: Promise<unknown>): Promise<unknown> {
  return asked.catch(() => undefined);
}

function failed(error: Error): WriteOutcome {
  return { kind: 'failed', fault: faultOf(error), error };
}
