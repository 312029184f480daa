import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';

/** Asks which notifications an event caused, with the tries of each, oldest first. */
export class NotificationsOfEvent extends defineQuery({
  name: 'notifications.notifications-of-event',
  version: 1,
  summary: 'Which notifications an event caused, with the tries of each, oldest first.',
  since: '0.1.0',
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
  examples: [
    {
      input: { tenant: 'default', eventId: 'evt_019ab0c5d3f07a6e8d5b2f1c4e7a9b3e' },
      result: [
        {
          id: 'ntf_019ab0c5d3f07a6e8d5b2f1c4e7a9b42',
          channel: 'email',
          ruleId: 'rul_019ab0c5d3f07a6e8d5b2f1c4e7a9b3f',
          to: ['ada@example.com'],
          subject: 'main was pushed',
          state: 'sent',
          createdAtMs: 1_763_800_000_000,
          dueAtMs: null,
          waitsBecause: null,
          attempts: [
            {
              startedAtMs: 1_763_800_000_100,
              durationMs: 42,
              response: '250 Ok: queued as 4B1C2',
              accepted: true,
            },
          ],
        },
      ],
    },
    { input: { tenant: 'default', eventId: 'evt_019ab0c5d3f07a6e8d5b2f1c4e7a9b3e' }, result: [] },
  ],
}) {}
