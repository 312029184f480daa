import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import type { QueuedCommand } from '#shared-kernel/messaging/schedules/queued-command.js';
import { currentContext } from '#shared-kernel/observability/message-context.js';
import { always, type Write } from '#shared-kernel/persistence/statement.js';
import { MessagingProgram } from './messaging-program.js';

/** Writes a line into the table `note`. */
export class Note extends defineCommand({
  name: 'test.note',
  input: z.strictObject({ text: z.string(), pad: z.string().optional() }),
  result: z.void(),
}) {}

/** A command that nobody handles. */
export class Unhandled extends defineCommand({
  name: 'test.unhandled',
  input: z.strictObject({}),
  result: z.void(),
}) {}

/** Queues itself again, for ever. */
export class Again extends defineCommand({
  name: 'test.again',
  input: z.strictObject({ n: z.int() }),
  result: z.void(),
}) {}

/** What the handlers of one test do beside their work. */
export const plan = {
  failures: new Map<string, number>(),
  hanging: new Map<string, () => void>(),
  hangs: new Set<string>(),
  ran: [] as string[],
  contexts: [] as unknown[],
};

export const note = (text: string): Write =>
  always({ sql: 'INSERT INTO note (text) VALUES (?)', parameters: [text] });

@CommandHandler(Note)
class NoteHandler implements ICommandHandler<Note> {
  constructor(private readonly log: EventLog) {}

  async execute({ input: { text } }: Note): Promise<void> {
    plan.ran.push(text);
    plan.contexts.push(currentContext());
    if (plan.hangs.has(text)) {
      await new Promise<void>((resolve) => plan.hanging.set(text, resolve));
    }
    const failures = plan.failures.get(text) ?? 0;
    plan.failures.set(text, failures - 1);
    if (failures > 0) throw new Error(`${text} fails`);
    if (text.startsWith('nothing')) return;
    await this.log.commit({ writes: [note(text)] });
    if (text.startsWith('late')) throw new Error('too late to fail');
  }
}

@CommandHandler(Again)
class AgainHandler implements ICommandHandler<Again> {
  constructor(private readonly log: EventLog) {}

  async execute({ input: { n } }: Again): Promise<void> {
    const command = new Again({ n: n + 1 });
    await this.log.commit({
      writes: [note(`again ${n}`)],
      commands: [{ tenant: 'default', command }],
    });
  }
}

/** Messaging with the commands of above, and what its queue and its notes hold. */
export class NotesProgram extends MessagingProgram {
  constructor() {
    super([NoteHandler, AgainHandler]);
  }

  /** Starts with no notes and an empty plan. */
  async startAnew(): Promise<void> {
    plan.failures.clear();
    plan.hanging.clear();
    plan.hangs.clear();
    plan.ran.length = 0;
    plan.contexts.length = 0;
    await this.start();
    await this.make('CREATE TABLE note (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT)');
  }

  queue(...commands: QueuedCommand[]): Promise<void> {
    return this.log.commit({ commands });
  }

  async notes(): Promise<string[]> {
    const rows = await this.rows<{ text: string }>('SELECT text FROM note ORDER BY id');
    return rows.map(({ text }) => text);
  }

  async states(): Promise<string[]> {
    const sql = 'SELECT state FROM queued_command ORDER BY position';
    return (await this.rows<{ state: string }>(sql)).map(({ state }) => state);
  }

  noted(...texts: string[]): Promise<void> {
    return this.until(async () => (await this.notes()).join() === texts.join());
  }

  settled(...states: string[]): Promise<void> {
    return this.until(async () => (await this.states()).join() === states.join());
  }

  /** Waits until a try that failed is written down. */
  triedOnce(tries = 1): Promise<void> {
    const sql = `SELECT 1 FROM queued_command WHERE tries = ${tries}`;
    return this.until(async () => (await this.rows(sql)).length === 1);
  }

  runs(command: string, outcome: string): Promise<number> {
    const labels = `{command="${command}",outcome="${outcome}"}`;
    return this.metric(`signalbox_queued_commands_total${labels}`);
  }

  override async end(): Promise<void> {
    for (const go of plan.hanging.values()) go();
    await super.end();
  }
}

/** A note to queue. */
export const queuedNote = (text: string, more: Partial<QueuedCommand> = {}): QueuedCommand =>
  Object.assign({ tenant: 'default', command: new Note({ text }) }, more);
