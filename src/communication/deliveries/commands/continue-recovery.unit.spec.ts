import { Clock } from '#shared-kernel/domain/clock.js';
import { type Decision, EventLog } from '#shared-kernel/messaging/event-log.js';
import type { PipelineMessage } from '#shared-kernel/messaging/pipeline-message.js';
import type { Write } from '#shared-kernel/persistence/statement.js';
import type { CommitOutcome } from '#shared-kernel/persistence/store.js';
import { RecoverableDeliveries } from '../domain/recoverable-deliveries.js';
import { type ClaimedRecovery, RecoveryBook } from '../domain/recovery-book.js';
import { backlogMax, type Recovery } from '../domain/recovery.js';
import { ContinueRecovery } from './continue-recovery.js';
import { PlanRecoveryStep } from './plan-recovery-step.js';

const nowMs = 10_000;
const origin = { traceparent: null, correlationId: null, causationId: null, hops: 1 };
const recovery: Recovery = {
  id: 'rcv_1',
  tenant: 'default',
  kind: 'replay',
  selection: { endpointId: 'end_1', eventTypes: [], match: 'all' },
  state: 'running',
  selected: 8,
  started: 0,
  passedOver: 0,
  position: 0,
  upTo: 20,
  requestedBy: 'key_1',
  requestedAtMs: nowMs,
  finishedAtMs: null,
  origin,
};
const claimed: ClaimedRecovery = {
  id: recovery.id,
  lane: recovery.tenant,
  origin,
  recovery,
  lastStepAtMs: nowMs,
  claims: 1,
};

/** A write that says in words what it is. */
const said = (sql: string): Write => ({ statement: { sql, parameters: [] }, expect: 'any' });

/** One recovery beside endpoints with this backlog, on a store that answers commits like this. */
function standing(backlog: number, ...answers: string[]) {
  const committed: string[][] = [];
  let plans = 0;
  const book: Partial<RecoveryBook> = {
    nextPart: async () => [],
    advance: (_claimed, next, dueAtMs) => [said(`advance to ${next.position} at ${dueAtMs}`)],
    postpone: (_claimed, dueAtMs) => said(`postpone to ${dueAtMs}`),
  };
  const deliveries: Partial<RecoverableDeliveries> = { backlog: async () => backlog };
  const steps: Partial<PlanRecoveryStep> = {
    plan: async () => ({
      step: { position: 5, started: 2, passedOver: 1 },
      writes: [said(`plan ${++plans}`)],
      endpointIds: ['end_1'],
    }),
  };
  const log: Partial<EventLog> = {
    async tryCommit({ writes = [] }: Decision): Promise<CommitOutcome> {
      committed.push(writes.map(({ statement }) => statement.sql));
      const conflict = answers.shift();
      return conflict === undefined
        ? { committed: true, rows: [] }
        : { committed: false, conflict };
    },
  };
  const clock: Partial<Clock> = { now: () => nowMs };
  const work = new ContinueRecovery(
    Object.assign(Object.create(RecoveryBook.prototype), book),
    Object.assign(Object.create(RecoverableDeliveries.prototype), deliveries),
    Object.assign(Object.create(PlanRecoveryStep.prototype), steps),
    Object.assign(Object.create(EventLog.prototype), log),
    Object.assign(Object.create(Clock.prototype), clock),
  );
  const message: PipelineMessage = {
    kind: 'attempt',
    name: 'recovery',
    origin,
    contract: null,
    input: claimed,
    facts: {},
  };
  return { work, message, committed };
}

const step = (plan: number) => ['advance to 5 at 10100', `plan ${plan}`];

it('makes the step and its progress durable together, and pauses', async () => {
  const { work, message, committed } = standing(0);
  await work.perform(claimed, message);
  expect(committed).toEqual([step(1)]);
  expect(message.facts['event.reason']).toBe('2 started, 1 passed over');
});

it('starts nothing while the endpoints have enough to do', async () => {
  const { work, message, committed } = standing(backlogMax);
  await work.perform(claimed, message);
  expect(committed).toEqual([['postpone to 10500']]);
});

it('plans anew when somebody changed the same deliveries', async () => {
  const { work, message, committed } = standing(0, 'delivery-is-settled');
  await work.perform(claimed, message);
  expect(committed).toEqual([step(1), step(2)]);
});

it('ends at once when another claim has it, or it was cancelled', async () => {
  const { work, message, committed } = standing(0, 'claim-is-mine', 'never');
  await work.perform(claimed, message);
  expect(committed).toEqual([step(1)]);
});

it('gives the recovery back when others keep changing the deliveries', async () => {
  const conflicts = Array.from({ length: 5 }, () => 'delivery-is-settled');
  const { work, message, committed } = standing(0, ...conflicts);
  await work.perform(claimed, message);
  expect(committed.slice(0, 5)).toEqual([1, 2, 3, 4, 5].map(step));
  expect(committed.slice(5)).toEqual([['postpone to 10000']]);
});
