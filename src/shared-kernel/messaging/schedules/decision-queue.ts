import type { ContractChecker } from '#shared-kernel/contracts/contract-checker.js';
import { always, type Write } from '#shared-kernel/persistence/statement.js';
import type { CommitOutcome, Store } from '#shared-kernel/persistence/store.js';
import { workContext } from '../work-context.js';
import { commitWithRider } from './commit-rider.js';
import type { QueuedCommand } from './queued-command.js';
import { newQueuedCommandRow } from './queued-command-row.js';
import { queuedCommandStatements } from './queued-command-statements.js';

/** The part of a decision that is about queued commands, for the event log. */
export class DecisionQueue {
  private readonly sql;

  constructor(
    private readonly store: Store,
    private readonly contracts: ContractChecker,
  ) {
    this.sql = queuedCommandStatements(store.dialect);
  }

  /** Cancels first: a decision may queue anew, under another id, what it cancels. */
  writesOf(
    decision: {
      readonly commands?: readonly QueuedCommand[];
      readonly cancels?: readonly string[];
    },
    nowMs: number,
  ): Write[] {
    const { commands = [], cancels = [] } = decision;
    if (commands.length === 0 && cancels.length === 0) return [];
    const context = workContext();
    return [
      ...cancels.flatMap((id) => [
        always(this.sql.cancel({ id, nowMs })),
        always(this.sql.releaseNext({ id, nowMs })),
      ]),
      ...commands.map((queued) =>
        always(this.sql.insert(newQueuedCommandRow(queued, this.contracts, context, nowMs))),
      ),
    ];
  }

  /** Commits the writes with those that ride along with the current work. */
  commit(writes: readonly Write[]): Promise<CommitOutcome> {
    return commitWithRider(writes, (all) => this.store.commit(all));
  }
}
