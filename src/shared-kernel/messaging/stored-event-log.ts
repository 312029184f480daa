import { Injectable } from '@nestjs/common';
import { ContractChecker } from '#shared-kernel/contracts/contract-checker.js';
import type { NewEvent } from '#shared-kernel/contracts/event-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { absent, type Write } from '#shared-kernel/persistence/statement.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import { type CommitOutcome, Store } from '#shared-kernel/persistence/store.js';
import { type CommitListener, type Decision, EventLog } from './event-log.js';
import { eventLogStatements } from './event-log-statements.js';
import { type EventRow, newEventRow } from './event-row.js';
import { DecisionQueue } from './schedules/decision-queue.js';
import { workContext } from './work-context.js';

/** The event log in the store. */
@Injectable()
export class StoredEventLog extends EventLog {
  private readonly listeners: CommitListener[] = [];
  private readonly sql;
  private readonly queue;

  constructor(
    private readonly store: Store,
    private readonly contracts: ContractChecker,
    private readonly meter: Meter,
    private readonly clock: Clock,
  ) {
    super();
    this.sql = eventLogStatements(store.dialect);
    this.queue = new DecisionQueue(store, contracts);
  }

  async commit(decision: Decision): Promise<void> {
    const outcome = await this.tryCommit(decision);
    if (!outcome.committed) {
      throw storageErrors.conflict(`The change conflicts with another one (${outcome.conflict}).`);
    }
  }

  async tryCommit(decision: Decision): Promise<CommitOutcome> {
    const outcome = await this.queue.commit(this.writesOf(decision));
    if (outcome.committed) this.announce(decision);
    return outcome;
  }

  writesOf(decision: Decision): Write[] {
    const { writes = [], events = [] } = decision;
    const nowMs = this.clock.now();
    const queued = this.queue.writesOf(decision, nowMs);
    return [...writes, ...this.appends(events, nowMs), ...queued];
  }

  announce({ events = [], commands = [], cancels = [], due: effects = [] }: Decision): void {
    const due = commands.length + cancels.length === 0 ? effects : [...effects, 'command'];
    const names = events.map(({ contract }) => contract.name);
    for (const name of names) this.meter.count('signalbox_event_log_appended_total', { name });
    if (names.length === 0 && due.length === 0) return;
    for (const listener of this.listeners) listener(names, due);
  }

  onCommit(listener: CommitListener): void {
    this.listeners.push(listener);
  }

  async find(id: string): Promise<EventRow | undefined> {
    return this.store.find<EventRow>(this.sql.byId({ id }));
  }

  private appends(events: readonly NewEvent[], nowMs: number): Write[] {
    if (events.length === 0) return [];
    const context = workContext();
    return events.map((event) => {
      const data = this.contracts.check(event.contract, event.contract.schema, 'out', event.data);
      return absent(this.sql.insert(newEventRow(event, data, context, nowMs)), 'event-is-new');
    });
  }
}
