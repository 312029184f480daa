import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { readableContracts } from '#shared-kernel/contracts/upcast.js';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import type { FieldFault } from '#shared-kernel/domain/domain-error.js';
import { messagingErrors } from '../reaction-errors.js';
import { RunnerParts } from '../runner-parts.js';
import { ChangeByHand } from './change-by-hand.js';
import { ParkedEventFinder } from './parked-event-finder.js';
import type { WholeParkedEvent } from './parked-event-reader.js';
import { parkedAddressSchema } from './parked-event-view.js';
import { ReactionControl } from './reaction-control.js';

/**
 * Puts other data in place of what a parked event holds, for this reaction only, and tries it. The
 * log stays as it is.
 */
export class EditParkedEvent extends defineCommand({
  name: 'messaging.edit-parked-event',
  input: z.object({
    reactionId: z.string(),
    event: parkedAddressSchema,
    /** The whole data, in the form of the event's contract. */
    data: z.unknown(),
    by: z.string(),
  }),
  result: z.void(),
}) {}

@CommandHandler(EditParkedEvent)
export class EditParkedEventHandler implements ICommandHandler<EditParkedEvent> {
  constructor(
    private readonly finder: ParkedEventFinder,
    private readonly control: ReactionControl,
    private readonly parts: RunnerParts,
    private readonly hand: ChangeByHand,
  ) {}

  async execute({ input: { reactionId, event, data, by } }: EditParkedEvent): Promise<void> {
    const { storage, clock } = this.parts;
    const parked = await this.finder.triable(reactionId, event);
    const checked = JSON.stringify(this.checked(reactionId, parked, data));
    const write = storage.parked.retryNow(reactionId, parked.position, clock.now(), checked);
    const note = { action: EditParkedEvent.contract.name, by, reason: event };
    await this.hand.commit({ reaction: reactionId, writes: [write] }, note);
  }

  /** The data as the contract parses it; its key must stay, since the order is kept by it. */
  private checked(reactionId: string, parked: WholeParkedEvent, data: unknown): unknown {
    const { name, version, key } = parked;
    const { events } = this.control.get(reactionId);
    const contract = readableContracts(events).find(
      (known) => known.name === name && known.version === version,
    );
    if (contract === undefined) {
      throw messagingErrors.unknownEvent(`${reactionId} does not know ${name} v${version}.`);
    }
    const result = contract.schema.safeParse(data);
    if (!result.success) {
      throw invalid(
        result.error.issues.map(({ path, message }) => ({
          path: ['data', ...path].map(String).join('.'),
          fault: message,
        })),
      );
    }
    if (contract.key(result.data) === key) return result.data;
    throw invalid([{ path: 'data', fault: `changes the key of the event, which is ${key}` }]);
  }
}

function invalid(fields: FieldFault[]) {
  return messagingErrors.editedDataInvalid('The data breaks the contract of the event.', {
    fields,
  });
}
