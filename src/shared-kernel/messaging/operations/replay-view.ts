import { z } from 'zod';
import { isoTime } from '#shared-kernel/domain/clock.js';
import { idPattern } from '#shared-kernel/domain/ids.js';
import type { ReplayRow } from '../reaction-tables.js';

/** The id of a replay. */
export const replayIdSchema = z.string().regex(idPattern('rpl'), 'must be rpl_ and 32 hex digits');

/** A replay as clients see it. */
export const replayViewSchema = z
  .object({
    id: replayIdSchema,
    reactionId: z.string(),
    state: z.enum(['running', 'done', 'cancelled']),
    firstPosition: z.int().describe('Where it begins in the log.'),
    lastPosition: z.int().describe('Where it ends, this position included.'),
    key: z.string().nullable().describe('Only events with this key; null for all.'),
    type: z.string().nullable().describe('Only events of this type; null for all.'),
    position: z.int().describe('Up to here it came.'),
    selected: z.int().describe('Events that it has, counted when it was asked for.'),
    handled: z.int(),
    parked: z.int().describe('Events that failed once more, and are parked now.'),
    passedOver: z.int().describe('Events left alone, since they are parked already.'),
    percent: z.int().min(0).max(100),
    requestedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ReactionReplay' });

export type ReplayView = z.output<typeof replayViewSchema>;

export function viewOfReplay(row: ReplayRow): ReplayView {
  const { selected, handled, parked, passed_over: passedOver } = row;
  const settled = handled + parked + passedOver;
  // Retention may take events out of the range meanwhile: then it is done with fewer.
  const percent = row.state === 'done' ? 100 : Math.min(99, Math.floor((settled / selected) * 100));
  return {
    id: row.id,
    reactionId: row.reaction_id,
    state: row.state,
    firstPosition: row.after_position + 1,
    lastPosition: row.up_to_position,
    key: row.key,
    type: row.type,
    position: row.position,
    selected,
    handled,
    parked,
    passedOver,
    percent,
    requestedAt: isoTime(row.requested_at_ms),
    finishedAt: row.finished_at_ms === null ? null : isoTime(row.finished_at_ms),
  };
}
