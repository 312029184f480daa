import { z } from 'zod';
import { defineCommand } from '#shared-kernel/contracts/message-contract.js';

/** Makes the source that the very first start shows a newcomer. */
export class CreateDemoSource extends defineCommand({
  name: 'webhooks.create-demo-source',
  input: z.strictObject({}),
  result: z.strictObject({ token: z.string(), secret: z.string() }),
}) {}
