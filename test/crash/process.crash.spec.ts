import { CommandHandler, EventsHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineEvent } from '#shared-kernel/contracts/event-contract.js';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { type Decision, EventLog } from '#shared-kernel/messaging/event-log.js';
import { Reaction, type ReactsTo } from '#shared-kernel/messaging/reaction.js';
import { absent, always, exactlyOne, type Write } from '#shared-kernel/persistence/statement.js';
import { MessagingProgram } from '../support/messaging-program.js';

/*
 * A process in three steps with compensation, as docs/guides/schedules-and-processes.md describes
 * it: the state is a row, each step a queued command, the time-out a delayed one.
 */

const order = z.object({ orderId: z.string(), step: z.string() });
const tenant = 'default';
const timeoutMs = 3_600_000;

class StepTaken extends defineEvent({
  name: 'orders.step-taken',
  version: 1,
  summary: 'A step of an order was taken.',
  key: ({ orderId }) => orderId,
  schema: order,
  examples: [{ orderId: 'o1', step: 'reserve' }],
  since: '0.1.0',
}) {}

class TakeStep extends defineCommand({
  name: 'orders.take-step',
  input: order,
  result: z.void(),
}) {}

class GiveUp extends defineCommand({
  name: 'orders.give-up',
  input: z.object({ orderId: z.string() }),
  result: z.void(),
}) {}

/** How often each step still fails. */
const failures = new Map<string, number>();

const steps = ['reserve', 'charge', 'ship'];
const state = (orderId: string, value: string, from: string): Write =>
  exactlyOne(
    {
      sql: 'UPDATE order_process SET state = ? WHERE id = ? AND state = ?',
      parameters: [value, orderId, from],
    },
    'process-is-there',
  );
const stepOf = (orderId: string, step: string) => ({
  tenant,
  key: orderId,
  id: `${orderId}:${step}`,
  command: new TakeStep({ orderId, step }),
});

@CommandHandler(TakeStep)
class TakeStepHandler implements ICommandHandler<TakeStep> {
  constructor(private readonly log: EventLog) {}

  async execute({ input: { orderId, step } }: TakeStep): Promise<void> {
    const left = failures.get(step) ?? 0;
    failures.set(step, left - 1);
    if (left > 0) throw new Error(`${step} is down`);
    const write = always({
      sql: 'INSERT INTO step (id, name) VALUES (?, ?)',
      parameters: [orderId, step],
    });
    const events = [StepTaken.of({ tenant, data: { orderId, step } })];
    await this.log.commit({ writes: [write], events });
  }
}

/** The process: which step follows, and when it has ended. */
@EventsHandler(StepTaken)
@Reaction({ id: 'orders.advance-order-when-step-taken', start: 'first' })
class AdvanceOrderWhenStepTaken implements ReactsTo<InstanceType<typeof StepTaken>> {
  handle({ data: { orderId, step } }: InstanceType<typeof StepTaken>): Decision {
    const next = steps[steps.indexOf(step) + 1];
    if (!steps.includes(step)) return {};
    if (next === undefined) {
      return { writes: [state(orderId, 'done', step)], cancels: [`${orderId}:timeout`] };
    }
    return { writes: [state(orderId, next, step)], commands: [stepOf(orderId, next)] };
  }
}

/** The time-out: takes back what was done, last first. */
@CommandHandler(GiveUp)
class GiveUpHandler implements ICommandHandler<GiveUp> {
  constructor(private readonly log: EventLog) {}

  async execute({ input: { orderId } }: GiveUp): Promise<void> {
    const undone = steps.slice(0, -1).reverse();
    await this.log.commit({
      writes: [state(orderId, 'given up', 'ship')],
      commands: undone.map((step) => stepOf(orderId, `undo ${step}`)),
      cancels: steps.map((step) => `${orderId}:${step}`),
    });
  }
}

const tables = [
  'CREATE TABLE order_process (id TEXT PRIMARY KEY, state TEXT)',
  'CREATE TABLE step (at INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT, name TEXT)',
];

describe('a process in steps', () => {
  let program: MessagingProgram;
  const taken = async () =>
    (await program.rows<{ name: string }>('SELECT name FROM step ORDER BY at')).map((s) => s.name);
  const ended = async (value: string) => {
    const [row] = await program.rows<{ state: string }>('SELECT state FROM order_process');
    return row?.state === value;
  };
  const place = () => {
    const sql = 'INSERT INTO order_process (id, state) VALUES (?, ?)';
    const timeout = { tenant, id: 'o1:timeout', afterMs: timeoutMs };
    return program.log.commit({
      writes: [absent({ sql, parameters: ['o1', 'reserve'] }, 'order-is-new')],
      commands: [stepOf('o1', 'reserve'), { ...timeout, command: new GiveUp({ orderId: 'o1' }) }],
    });
  };
  /** Moves the clock on while nothing but a pause holds the process up. */
  const drive = (fact: () => Promise<boolean>, byMs: number) =>
    program.until(async () => {
      program.advance(byMs);
      return fact();
    });

  beforeEach(async () => {
    failures.clear();
    program = new MessagingProgram([TakeStepHandler, AdvanceOrderWhenStepTaken, GiveUpHandler]);
    await program.start();
    await program.make(...tables);
  });
  afterEach(() => program.end());

  const deaths = steps.flatMap((_step, index) =>
    (['before', 'after'] as const).flatMap((when) => [
      { what: 'the commit of step', index, when, sql: 'INTO step' },
      { what: 'the reaction to step', index, when, sql: 'UPDATE order_process' },
    ]),
  );

  it.each(deaths)(
    'takes each step once when the process dies $when $what $index',
    async ({ index, when, sql: part }) => {
      failures.set('charge', 2);
      let passed = -1;
      program.store.death = {
        when,
        at: (sql) => sql.includes(part) && ++passed === index,
      };
      await place();
      await drive(async () => program.store.isDead, 50);
      await program.stop();
      await program.start();
      await drive(() => ended('done'), 50);
      program.advance(2 * timeoutMs);
      const open = "SELECT 1 FROM queued_command WHERE state = 'due'";
      await program.until(async () => (await program.rows(open)).length === 0);
      expect(await taken()).toEqual(steps);
      expect(await program.rows('SELECT id, state FROM queued_command ORDER BY id')).toEqual([
        { id: 'o1:charge', state: 'done' },
        { id: 'o1:reserve', state: 'done' },
        { id: 'o1:ship', state: 'done' },
        { id: 'o1:timeout', state: 'cancelled' },
      ]);
    },
  );

  it('takes back what it did when its time runs out, each step once', async () => {
    failures.set('ship', 1_000);
    await place();
    await drive(async () => (await taken()).length === 2, 50);
    await program.stop();
    await program.start();
    program.store.death = { when: 'after', at: (sql) => sql.includes('UPDATE order_process') };
    // Slower than the lease of a command, which would run out under its run otherwise.
    await drive(async () => program.store.isDead, 5_000);
    await program.stop();
    await program.start();
    // A claim that was on its way when the process died may land after the restart: its lease ends.
    await drive(async () => (await taken()).length === 4, 50);
    expect(await ended('given up')).toBe(true);
    expect(await taken()).toEqual(['reserve', 'charge', 'undo charge', 'undo reserve']);
    expect(await program.rows("SELECT state FROM queued_command WHERE id = 'o1:ship'")).toEqual([
      { state: 'cancelled' },
    ]);
  });
});
