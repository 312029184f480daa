import { z } from 'zod';
import { defineQuery } from '#shared-kernel/contracts/message-contract.js';

/** Asks whether a tenant has this endpoint, so that a rule never names one that is not there. */
export class EndpointExists extends defineQuery({
  name: 'deliveries.endpoint-exists',
  input: z.strictObject({ tenant: z.string(), endpointId: z.string() }),
  result: z.boolean(),
}) {}
