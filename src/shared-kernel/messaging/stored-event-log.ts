import { Injectable } from '@nestjs/common';
import { ContractChecker } from '#shared-kernel/contracts/contract-checker.js';
import type { NewEvent } from '#shared-kernel/contracts/event-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { currentContext } from '#shared-kernel/observability/message-context.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { newRootContext } from '#shared-kernel/observability/tracer.js';
import { absent, type Write } from '#shared-kernel/persistence/statement.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import { type CommitOutcome, Store } from '#shared-kernel/persistence/store.js';
import { type CommitListener, type Decision, EventLog } from './event-log.js';
import { eventLogStatements } from './event-log-statements.js';
import { type EventRow, newEventRow } from './event-row.js';

/** The event log in the store. */
@Injectable()
export class StoredEventLog extends EventLog {
  private readonly listeners: CommitListener[] = [];
  private readonly sql;

  constructor(
    private readonly store: Store,
    private readonly contracts: ContractChecker,
    private readonly meter: Meter,
    private readonly clock: Clock,
  ) {
    super();
    this.sql = eventLogStatements(store.dialect);
  }

  async commit(decision: Decision): Promise<void> {
    const outcome = await this.tryCommit(decision);
    if (!outcome.committed) {
      throw storageErrors.conflict(`The change conflicts with another one (${outcome.conflict}).`);
    }
  }

  async tryCommit(decision: Decision): Promise<CommitOutcome> {
    const { writes = [], events = [], due = [] } = decision;
    const outcome = await this.store.commit([...writes, ...this.appends(events)]);
    if (outcome.committed) this.announce(events, due);
    return outcome;
  }

  appends(events: readonly NewEvent[]): Write[] {
    if (events.length === 0) return [];
    const context = currentContext() ?? newRootContext();
    const nowMs = this.clock.now();
    return events.map((event) => {
      const data = this.contracts.check(event.contract, event.contract.schema, 'out', event.data);
      return absent(this.sql.insert(newEventRow(event, data, context, nowMs)), 'event-is-new');
    });
  }

  announce(events: readonly NewEvent[], due: readonly string[]): void {
    for (const { contract } of events) {
      this.meter.count('signalbox_event_log_appended_total', { name: contract.name });
    }
    if (events.length === 0 && due.length === 0) return;
    for (const listener of this.listeners) listener(events.length, due);
  }

  onCommit(listener: CommitListener): void {
    this.listeners.push(listener);
  }

  async find(id: string): Promise<EventRow | undefined> {
    return this.store.find<EventRow>(this.sql.byId({ id }));
  }
}
