import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineEvent } from '#shared-kernel/contracts/event-contract.js';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { type Decision, EventLog } from '#shared-kernel/messaging/event-log.js';
import {
  type Occurrence,
  type RunsOnSchedule,
  Schedule,
} from '#shared-kernel/messaging/schedules/schedule.js';
import { always } from '#shared-kernel/persistence/statement.js';
import { MessagingProgram } from '../support/messaging-program.js';
import { codeBlocks } from './documents.ts';

const guide = 'docs/guides/schedules-and-processes.md';
const tenant = 'default';
const reminded: string[] = [];

class CartsReported extends defineEvent({
  name: 'carts.carts-reported',
  version: 1,
  summary: 'The carts of a day were reported.',
  key: ({ dueAtMs }) => String(dueAtMs),
  schema: z.object({ dueAtMs: z.int() }),
  examples: [{ dueAtMs: 1 }],
  since: '0.1.0',
}) {}

class RemindOfCart extends defineCommand({
  name: 'carts.remind-of-cart',
  input: z.object({ cartId: z.string() }),
  result: z.void(),
}) {}

@CommandHandler(RemindOfCart)
class RemindOfCartHandler implements ICommandHandler<RemindOfCart> {
  async execute({ input }: RemindOfCart): Promise<void> {
    reminded.push(input.cartId);
  }
}

@Injectable()
class Carts {
  private readonly carts = {
    open: (id: string) =>
      always({ sql: 'UPDATE schedule SET tries = tries WHERE id = ?', parameters: [id] }),
  };

  constructor(private readonly log: EventLog) {}

  async open(cartId: string): Promise<void> {
    await this.log.commit({
      writes: [this.carts.open(cartId)],
      commands: [
        {
          id: `${cartId}:reminder`,
          tenant,
          key: cartId,
          command: new RemindOfCart({ cartId }),
          afterMs: 15 * 60_000,
        },
      ],
    });
  }

  async buy(cartId: string): Promise<void> {
    await this.log.commit({ cancels: [`${cartId}:reminder`] });
  }
}

@Injectable()
@Schedule({ id: 'carts.report', cron: '0 9 * * *', zone: 'Europe/Warsaw' })
class ReportCarts implements RunsOnSchedule {
  run({ dueAtMs }: Occurrence): Decision {
    return { events: [CartsReported.of({ tenant: 'default', data: { dueAtMs } })] };
  }
}

it('does what the guide to schedules shows', async () => {
  const nowMs = Date.parse('2026-03-28T23:00:00Z');
  const program = new MessagingProgram([Carts, RemindOfCartHandler, ReportCarts], nowMs);
  await program.start();
  try {
    await program.get(Carts).open('left');
    await program.get(Carts).open('bought');
    await program.get(Carts).buy('bought');
    program.advance(15 * 60_000);
    await program.until(() => reminded.length > 0);
    program.clock.nowMs = Date.parse('2026-03-29T07:00:00Z');
    program.wake();
    const reports = "SELECT data FROM event_log WHERE name = 'carts.carts-reported'";
    await program.until(async () => (await program.rows(reports)).length > 0);
    expect(await program.rows(reports)).toEqual([
      { data: JSON.stringify({ dueAtMs: Date.parse('2026-03-29T09:00:00+02:00') }) },
    ]);
    expect(reminded).toEqual(['left']);
  } finally {
    await program.end();
  }
});

it('shows in the guide what this test and the one of the process run', () => {
  const sources = ['test/docs/schedule-examples.spec.ts', 'test/crash/process.crash.spec.ts'];
  const tested = sources.map((path) => plain(readFileSync(path, 'utf8'))).join('\n');
  const blocks = codeBlocks(guide, 'ts');
  expect(blocks.length).toBe(4);
  for (const block of blocks) expect(tested).toContain(plain(block));
});

/** Without what only the file around it needs. */
function plain(code: string): string {
  return code.replaceAll('InstanceType<typeof StepTaken>', 'StepTaken').replace(/\s+/g, ' ').trim();
}
