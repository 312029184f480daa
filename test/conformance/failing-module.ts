import { Controller, Get, Injectable, Module, Param } from '@nestjs/common';
import {
  CommandHandler,
  EventsHandler,
  type ICommandHandler,
  type IQueryHandler,
  QueryBus,
  QueryHandler,
} from '@nestjs/cqrs';
import { z } from 'zod';
import { Public } from '#shared-kernel/auth/require-scope.js';
import { defineEvent } from '#shared-kernel/contracts/event-contract.js';
import { defineCommand, defineQuery } from '#shared-kernel/contracts/message-contract.js';
import { type DueItem, DueWork, type PerformsDueWork } from '#shared-kernel/messaging/due-work.js';
import { type Decision, EventLog } from '#shared-kernel/messaging/event-log.js';
import { Reaction, type ReactsTo } from '#shared-kernel/messaging/reaction.js';
import { exactlyOne } from '#shared-kernel/persistence/statement.js';
import { Failures } from './failures.ts';

const kind = z.string();

export class Fail extends defineCommand({
  name: 'failing.fail',
  input: z.strictObject({ kind }),
  result: z.null(),
}) {}

export class AskAndFail extends defineQuery({
  name: 'failing.ask-and-fail',
  input: z.strictObject({ kind }),
  result: z.null(),
}) {}

/** A message of another module, whose handler asks this one. */
export class PassOn extends defineCommand({
  name: 'relaying.pass-on',
  input: z.strictObject({ kind }),
  result: z.null(),
}) {}

export class FailureAsked extends defineEvent({
  name: 'failing.failure-asked',
  version: 1,
  summary: 'A test wants a reaction to fail.',
  schema: z.strictObject({ kind }),
  key: (data) => data.kind,
  examples: [{ kind: 'bug' }],
  since: '0.1.0',
}) {}

export const failingReaction = 'failing.fail-when-asked';
export const failingEffect = 'failing';

/** A commit that meets a conflict, whenever it is made. */
const lostRace: Decision = {
  writes: [
    exactlyOne({ sql: `UPDATE reaction SET id = id WHERE id = ''`, parameters: [] }, 'race-is-won'),
  ],
};

@Controller('v1/failures')
class FailingController {
  constructor(private readonly failures: Failures) {}

  @Public()
  @Get(':kind')
  get(@Param('kind') asked: string): never {
    return this.failures.fail(asked);
  }
}

@CommandHandler(Fail)
class FailHandler implements ICommandHandler<Fail> {
  constructor(
    private readonly failures: Failures,
    private readonly log: EventLog,
  ) {}

  async execute({ input }: Fail): Promise<null> {
    if (!this.failures.isLostRace(input.kind)) return this.failures.fail(input.kind);
    await this.log.commit(lostRace);
    return null;
  }
}

@QueryHandler(AskAndFail)
class AskAndFailHandler implements IQueryHandler<AskAndFail> {
  constructor(private readonly failures: Failures) {}

  async execute({ input }: AskAndFail): Promise<null> {
    return this.failures.fail(input.kind);
  }
}

@CommandHandler(PassOn)
class PassOnHandler implements ICommandHandler<PassOn> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ input }: PassOn): Promise<null> {
    return this.queries.execute(new AskAndFail(input));
  }
}

@Reaction({ id: failingReaction, start: 'first' })
@EventsHandler(FailureAsked)
class FailWhenAsked implements ReactsTo<FailureAsked> {
  constructor(private readonly failures: Failures) {}

  handle({ data }: FailureAsked): Decision {
    if (this.failures.isLostRace(data.kind)) return lostRace;
    if (this.failures.hasPassed(data.kind)) return {};
    return this.failures.fail(data.kind);
  }
}

/** One row in memory, which its lease brings back: what a module's table does. */
@Injectable()
@DueWork({ effect: failingEffect })
export class FailingWork implements PerformsDueWork<DueItem & { readonly kind: string }> {
  row: { readonly kind: string; dueAtMs: number } | null = null;
  readonly leaseMs = 30_000;

  constructor(private readonly failures: Failures) {}

  async claim({ nowMs }: { readonly nowMs: number }) {
    if (this.row === null || this.row.dueAtMs > nowMs) return [];
    this.row.dueAtMs = nowMs + this.leaseMs;
    const origin = { traceparent: null, correlationId: null, causationId: null, hops: 0 };
    return [{ id: 'row', lane: 'lane', origin, kind: this.row.kind }];
  }

  async perform(item: { readonly kind: string }): Promise<void> {
    this.failures.fail(item.kind);
  }

  async release(): Promise<void> {}

  async reclaim(): Promise<number> {
    return 0;
  }

  async reclaimOthers(): Promise<number> {
    return 0;
  }

  async nextDueAtMs(): Promise<number | null> {
    return this.row?.dueAtMs ?? null;
  }
}

/** Fails at every border in every way. */
@Module({
  controllers: [FailingController],
  providers: [Failures, FailHandler, AskAndFailHandler, PassOnHandler, FailWhenAsked, FailingWork],
})
export class FailingModule {}
