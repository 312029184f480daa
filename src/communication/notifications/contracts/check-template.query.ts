import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';

/**
 * Asks for the faults of a mail template, by part (`subject`, `text`, `html`); none when it is
 * fine.
 */
export class CheckTemplate extends defineQuery({
  name: 'notifications.check-template',
  version: 1,
  summary: 'The faults of a mail template, by part; none when it is fine.',
  since: '0.1.0',
  input: z.strictObject({ subject: z.string(), text: z.string(), html: z.string().optional() }),
  result: z.array(z.object({ path: z.string(), fault: z.string() })),
  examples: [
    { input: { subject: '{{ data.ref }} was pushed', text: 'See it.' }, result: [] },
    {
      input: { subject: 'pushed', text: '{% if data %}' },
      result: [{ path: 'text', fault: 'tag {% if data %} not closed' }],
    },
  ],
}) {}
