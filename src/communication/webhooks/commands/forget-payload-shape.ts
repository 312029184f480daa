import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { PayloadSamples } from '../domain/payload-samples.js';
import { PayloadShapes } from '../domain/payload-shapes.js';
import { webhookErrors } from '../errors.js';

/** Forgets what was learned of an event type, so that it is learned anew. */
export class ForgetPayloadShape extends defineCommand({
  name: 'webhooks.forget-payload-shape',
  input: z.strictObject({ tenant: z.string(), sourceId: z.string(), eventType: z.string() }),
  result: z.void(),
}) {}

@CommandHandler(ForgetPayloadShape)
export class ForgetPayloadShapeHandler implements ICommandHandler<ForgetPayloadShape> {
  constructor(
    private readonly shapes: PayloadShapes,
    private readonly samples: PayloadSamples,
    private readonly log: EventLog,
  ) {}

  async execute({ input }: ForgetPayloadShape): Promise<void> {
    if ((await this.shapes.find(input)) === undefined) {
      throw webhookErrors.shapeNotFound(`Nothing was learned of ${input.eventType} there.`);
    }
    await this.log.commit({ writes: [this.shapes.remove(input)] });
    this.samples.forget(input.sourceId, input.eventType);
  }
}
