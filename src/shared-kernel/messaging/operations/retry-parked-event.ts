import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { RunnerParts } from '../runner-parts.js';
import { ChangeByHand } from './change-by-hand.js';
import { ParkedEventFinder } from './parked-event-finder.js';
import { parkedAddressSchema } from './parked-event-view.js';

/** Gives a parked or dead event its next try now, with all its tries before it again. */
export class RetryParkedEvent extends defineCommand({
  name: 'messaging.retry-parked-event',
  input: z.object({ reactionId: z.string(), event: parkedAddressSchema, by: z.string() }),
  result: z.void(),
}) {}

@CommandHandler(RetryParkedEvent)
export class RetryParkedEventHandler implements ICommandHandler<RetryParkedEvent> {
  constructor(
    private readonly finder: ParkedEventFinder,
    private readonly parts: RunnerParts,
    private readonly hand: ChangeByHand,
  ) {}

  async execute({ input: { reactionId, event, by } }: RetryParkedEvent): Promise<void> {
    const { storage, clock } = this.parts;
    const { position } = await this.finder.triable(reactionId, event);
    const write = storage.parked.retryNow(reactionId, position, clock.now(), null);
    const note = { action: RetryParkedEvent.contract.name, by };
    await this.hand.commit({ reaction: reactionId, writes: [write] }, note);
  }
}
