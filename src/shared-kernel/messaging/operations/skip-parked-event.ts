import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { RunnerParts } from '../runner-parts.js';
import { ChangeByHand } from './change-by-hand.js';
import { ParkedEventFinder } from './parked-event-finder.js';
import { parkedAddressSchema } from './parked-event-view.js';

/** Takes an event out of a reaction without handling it; those behind it go on. */
export class SkipParkedEvent extends defineCommand({
  name: 'messaging.skip-parked-event',
  input: z.object({
    reactionId: z.string(),
    event: parkedAddressSchema,
    reason: z.string(),
    by: z.string(),
  }),
  result: z.void(),
}) {}

@CommandHandler(SkipParkedEvent)
export class SkipParkedEventHandler implements ICommandHandler<SkipParkedEvent> {
  constructor(
    private readonly finder: ParkedEventFinder,
    private readonly parts: RunnerParts,
    private readonly hand: ChangeByHand,
  ) {}

  async execute({ input: { reactionId, event, reason, by } }: SkipParkedEvent): Promise<void> {
    const { storage, clock } = this.parts;
    const { position, key } = await this.finder.get(reactionId, event);
    const writes = [
      storage.parked.remove(reactionId, position),
      storage.parked.releaseNext(reactionId, key, clock.now()),
    ];
    const note = { action: SkipParkedEvent.contract.name, by, reason: `${event}: ${reason}` };
    await this.hand.commit({ reaction: reactionId, writes, skipped: 1 }, note);
  }
}
