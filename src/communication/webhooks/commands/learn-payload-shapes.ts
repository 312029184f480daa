import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { Clock } from '#shared-kernel/domain/clock.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { PayloadDrifted } from '../contracts/payload-drifted.event.js';
import { learnShape, type ShapeChange } from '../domain/learn-shape.js';
import { PayloadSamples, type SampledPayloads } from '../domain/payload-samples.js';
import { PayloadShapes } from '../domain/payload-shapes.js';

/** Event types of one source whose shapes are kept. */
const shapesOfSourceMax = 500;
/** Changes that one event names. */
const namedChangesMax = 20;
/** Times that one shape is learned while other processes learn it too. */
const triesMax = 5;

/** Learns what was sampled of payloads, and tells where they are no longer as they were. */
export class LearnPayloadShapes extends defineCommand({
  name: 'webhooks.learn-payload-shapes',
  input: z.strictObject({ rest: z.boolean() }),
  result: z.strictObject({ learned: z.int(), changes: z.int() }),
}) {}

@CommandHandler(LearnPayloadShapes)
export class LearnPayloadShapesHandler
  implements ICommandHandler<LearnPayloadShapes>, OnApplicationBootstrap, BeforeApplicationShutdown
{
  constructor(
    private readonly samples: PayloadSamples,
    private readonly shapes: PayloadShapes,
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.samples.onDue(() => this.execute(new LearnPayloadShapes({ rest: false })));
  }

  /** Samples are only statistics: an end of the program never fails because of them. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.execute(new LearnPayloadShapes({ rest: true })).catch(() => undefined);
  }

  async execute({ input: { rest } }: LearnPayloadShapes) {
    const taken = this.samples.take(rest);
    let changes = 0;
    for (const sampled of taken) changes += await this.learn(sampled);
    return { learned: taken.length, changes };
  }

  /**
   * Each process adds what it saw to what is stored, so none undoes what another learned, and a
   * change is told by the one whose samples made it sure.
   */
  private async learn({ subject, tally }: SampledPayloads): Promise<number> {
    for (let tries = 1; tries <= triesMax; tries++) {
      const stored = await this.shapes.find(subject);
      if (
        stored === undefined &&
        (await this.shapes.countOf(subject.sourceId)) >= shapesOfSourceMax
      ) {
        return 0;
      }
      const { shape, changes } = learnShape(stored?.shape ?? null, tally);
      const learned = { subject, shape, learnedAtMs: this.clock.now() };
      const { committed } = await this.log.tryCommit({
        writes: [this.shapes.replace(learned, stored?.revision ?? 0)],
        events: changes.length === 0 ? [] : [payloadDrifted({ subject, tally }, changes)],
      });
      if (committed) return changes.length;
    }
    return 0;
  }
}

function payloadDrifted({ subject, tally }: SampledPayloads, changes: readonly ShapeChange[]) {
  const { tenant, sourceId, provider, eventType } = subject;
  const named = changes.slice(0, namedChangesMax).map((change) => ({
    ...change,
    before: { ...change.before, types: [...change.before.types] },
    after: { ...change.after, types: [...change.after.types] },
  }));
  const { firstWebhookId, lastWebhookId } = tally;
  return PayloadDrifted.of({
    tenant,
    source: `/sources/${sourceId}`,
    data: {
      sourceId,
      provider,
      eventType,
      changes: named,
      changesTotal: changes.length,
      firstWebhookId,
      lastWebhookId,
    },
  });
}
