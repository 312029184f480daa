import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';

/** Makes the source that the very first start shows a newcomer. */
export class CreateDemoSource extends defineCommand({
  name: 'webhooks.create-demo-source',
  version: 1,
  summary: 'Make the source that the very first start shows a newcomer.',
  since: '0.1.0',
  input: z.strictObject({}),
  result: z.strictObject({ token: z.string(), secret: z.string() }),
  examples: [{ input: {}, result: { token: 'an-address-nobody-guesses', secret: 'a-secret' } }],
}) {}
