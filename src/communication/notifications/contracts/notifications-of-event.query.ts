import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';

/** Asks which notifications an event caused, with the tries of each, oldest first. */
export class NotificationsOfEvent extends defineQuery({
  name: 'notifications.notifications-of-event',
  input: z.strictObject({ tenant: z.string(), eventId: z.string() }),
  result: z.array(
    z.strictObject({
      id: z.string(),
      channel: z.literal('email'),
      ruleId: z.string(),
      to: z.array(z.string()),
      subject: z.string(),
      state: z.enum(['due', 'sent', 'exhausted']),
      createdAtMs: z.int(),
      dueAtMs: z.int().nullable(),
      /** Why a due one is not even tried; null when nothing stands in its way. */
      waitsBecause: z.string().nullable(),
      attempts: z.array(
        z.strictObject({
          startedAtMs: z.int(),
          durationMs: z.int(),
          /** What the mail server said, or why it could not be asked. */
          response: z.string(),
          accepted: z.boolean(),
        }),
      ),
    }),
  ),
}) {}
