import { z } from 'zod';
import { replayViewSchema } from './replay-view.js';

/** Where the events are that a reaction was given. */
const countsSchema = z
  .object({
    taken: z.int().describe('Events given to it: the sum of the others.'),
    handled: z.int(),
    parked: z.int().describe('Waiting for a try, their own or that of an earlier one of the key.'),
    dead: z.int().describe('Given up after the last try; they wait for a person.'),
    skipped: z.int().describe('Taken out by a person.'),
  })
  .meta({ id: 'ReactionCounts' });

/** A reaction as clients see it; its revision is the ETag. */
export const reactionViewSchema = z
  .object({
    id: z.string().meta({ examples: ['deliveries.schedule-delivery-when-rule-matched'] }),
    module: z.string().meta({ examples: ['deliveries'] }),
    events: z.array(z.string()).describe('Names of the events that it reacts to.'),
    checkpoint: z.int().describe('Position in the log up to which it is done.'),
    lagEvents: z.int().describe('Positions between the checkpoint and the end of the log.'),
    lagSeconds: z.number().describe('Age of the first event behind the checkpoint.'),
    pausedAt: z.iso.datetime().nullable(),
    owner: z.string().nullable().describe('Instance that works it; null while nobody does.'),
    counts: countsSchema,
    oldestParkedAt: z.iso.datetime().nullable().describe('When the oldest failure was noted.'),
    runningReplay: replayViewSchema.nullable(),
  })
  .meta({ id: 'Reaction' });

/** A reaction with the revision that a change can be held to. */
export const reactionStateSchema = z.object({ view: reactionViewSchema, revision: z.int() });

export type ReactionState = z.output<typeof reactionStateSchema>;
