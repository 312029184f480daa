import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';

/**
 * Asks for the faults of a mail template, by part (`subject`, `text`, `html`); none when it is
 * fine.
 */
export class CheckTemplate extends defineQuery({
  name: 'notifications.check-template',
  input: z.strictObject({ subject: z.string(), text: z.string(), html: z.string().optional() }),
  result: z.array(z.object({ path: z.string(), fault: z.string() })),
}) {}
