import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { newId } from '#shared-kernel/domain/ids.js';
import type { ScanCount } from '../log-scan.js';
import { messagingErrors } from '../reaction-errors.js';
import type { ReplayRow } from '../reaction-tables.js';
import { RunnerParts } from '../runner-parts.js';
import { ChangeByHand } from './change-by-hand.js';
import { eventNamesOf, ReactionControl } from './reaction-control.js';
import { logPointSchema, ReplayRanges } from './replay-range.js';
import { replayViewSchema, viewOfReplay } from './replay-view.js';

/** Replays of one reaction that run or wait for their turn. */
const replaysMax = 10;
const filterCharsMax = 500;

/** What a client says of a replay: spread it into the schema of a body. */
export const replayRequest = {
  from: logPointSchema
    .optional()
    .describe('First position, time or event id; the default is the beginning of the log.'),
  to: logPointSchema
    .optional()
    .describe('Last one, itself included; the default is where the reaction stands.'),
  key: z.string().max(filterCharsMax).optional().describe('Only events with this key.'),
  type: z.string().max(filterCharsMax).optional().describe('Only events of this type.'),
};

/** What a replay would have. */
export const replayPlanSchema = z
  .object({
    dryRun: z.literal(true),
    events: z.int(),
    firstPosition: z.int().nullable(),
    lastPosition: z.int().nullable(),
    firstAt: z.iso.datetime().nullable(),
    lastAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ReactionReplayPlan' });

/** Gives one reaction a stretch of the log once more; a dry run only counts. */
export class StartReplay extends defineCommand({
  name: 'messaging.start-replay',
  input: z.object({
    reactionId: z.string(),
    ...replayRequest,
    dryRun: z.boolean(),
    by: z.string(),
  }),
  result: z.union([replayPlanSchema, replayViewSchema]),
}) {}

type StartReplayInput = StartReplay['input'];

@CommandHandler(StartReplay)
export class StartReplayHandler implements ICommandHandler<StartReplay> {
  constructor(
    private readonly ranges: ReplayRanges,
    private readonly control: ReactionControl,
    private readonly parts: RunnerParts,
    private readonly hand: ChangeByHand,
  ) {}

  async execute({ input }: StartReplay) {
    const { reactionId, from, to, key = null, type = null } = input;
    const { storage } = this.parts;
    const names = eventNamesOf(this.control.get(reactionId));
    const settled = (await storage.find(reactionId))?.position ?? 0;
    const { after, upTo } = await this.ranges.find({ from, to }, settled);
    const count = await storage.log.count({ names, after, upTo }, { key, type });
    if (input.dryRun) return planOf(count);
    if (count.events === 0) {
      throw messagingErrors.replayIsEmpty(
        `${reactionId} stands at position ${settled} and has seen no such event up to there.`,
      );
    }
    return this.start(input, count);
  }

  /** The range begins and ends at an event that was counted, so that it tells what is in it. */
  private async start(input: StartReplayInput, count: ScanCount) {
    const { reactionId, key = null, type = null, by } = input;
    const { storage, clock } = this.parts;
    if ((await storage.replays.countRunning(reactionId)) >= replaysMax) {
      throw messagingErrors.tooManyReplays(`${reactionId} has ${replaysMax} replays to do.`);
    }
    const nowMs = clock.now();
    const afterPosition = (count.first_position ?? 1) - 1;
    const row: ReplayRow = {
      id: newId('rpl', nowMs),
      reaction_id: reactionId,
      state: 'running',
      after_position: afterPosition,
      up_to_position: count.last_position ?? afterPosition,
      position: afterPosition,
      key,
      type,
      selected: count.events,
      handled: 0,
      parked: 0,
      passed_over: 0,
      requested_at_ms: nowMs,
      finished_at_ms: null,
    };
    const note = { action: StartReplay.contract.name, by, reason: row.id };
    await this.hand.commit({ reaction: reactionId, writes: [storage.replays.add(row)] }, note);
    return viewOfReplay(row);
  }
}

function planOf(count: ScanCount): z.output<typeof replayPlanSchema> {
  return {
    dryRun: true,
    events: count.events,
    firstPosition: count.first_position,
    lastPosition: count.last_position,
    firstAt: count.first_at_ms === null ? null : isoTime(count.first_at_ms),
    lastAt: count.last_at_ms === null ? null : isoTime(count.last_at_ms),
  };
}
