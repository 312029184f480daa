import { z } from 'zod';

const hourMs = 3_600_000;
const dayHours = 24;

/** How many messages a second; `burst` of them may go at once after a quiet time. */
const rateSchema = z.strictObject({
  perSecond: z.number().min(0.001).max(10_000),
  burst: z.int().min(1).max(10_000).default(1),
});

const breakerSchema = z.strictObject({
  /** Failures in a row that open it. */
  opensAfter: z.int().min(1).max(1_000).default(10),
  /** Pause before the first probe; every probe that fails doubles it, up to an hour. */
  probeAfterMs: z.int().min(100).max(hourMs).default(30_000),
  /** Hours in which every try failed after which the endpoint is disabled; null for never. */
  disablesAfterHours: z
    .int()
    .min(1)
    .max(90 * dayHours)
    .nullable()
    .default(5 * dayHours),
});

const rate = rateSchema.nullable().meta({
  description: 'Messages a second, evenly paced and shared by all instances; null for no limit.',
});
const concurrency = z.int().min(1).max(1_000).nullable().meta({
  description: 'Tries at the same time at the most; null for a fair share of all places.',
});
const order = z.enum(['none', 'key']).meta({
  description: '`key`: deliveries of one key go one after another in the order of the event log.',
});
const orderOnExhausted = z.enum(['continue', 'hold']).meta({
  description: '`hold`: a delivery that was given up holds back the later ones of its key.',
});
const breaker = breakerSchema.meta({
  description: 'When to stop trying an endpoint that fails, and when to disable it.',
});

/** When and in which order an endpoint is sent to. What is absent has its default. */
export const endpointFlowSchema = z.strictObject({
  rate: rate.default(null),
  concurrency: concurrency.default(null),
  order: order.default('none'),
  orderOnExhausted: orderOnExhausted.default('continue'),
  breaker: breaker.prefault({}),
});

/** A merge patch of the same; the rate is replaced as a whole. */
export const endpointFlowPatchSchema = z.strictObject({
  rate: rate.optional(),
  concurrency: concurrency.optional(),
  order: order.optional(),
  orderOnExhausted: orderOnExhausted.optional(),
  // Without the defaults: what a patch does not say stays as it is.
  breaker: z
    .strictObject({
      opensAfter: breakerSchema.shape.opensAfter.unwrap(),
      probeAfterMs: breakerSchema.shape.probeAfterMs.unwrap(),
      disablesAfterHours: breakerSchema.shape.disablesAfterHours.unwrap(),
    })
    .partial()
    .optional(),
});

export type EndpointFlow = z.output<typeof endpointFlowSchema>;
type EndpointFlowPatch = z.output<typeof endpointFlowPatchSchema>;

/** The flow of an endpoint, without the rest of it. */
export function flowOf(from: EndpointFlow): EndpointFlow {
  const { rate, concurrency, order, orderOnExhausted, breaker } = from;
  return { rate, concurrency, order, orderOnExhausted, breaker };
}

/** The flow with a merge patch laid over it. */
export function patchFlow(flow: EndpointFlow, patch: EndpointFlowPatch): EndpointFlow {
  return {
    rate: patch.rate === undefined ? flow.rate : patch.rate,
    concurrency: patch.concurrency === undefined ? flow.concurrency : patch.concurrency,
    order: patch.order ?? flow.order,
    orderOnExhausted: patch.orderOnExhausted ?? flow.orderOnExhausted,
    breaker: {
      opensAfter: patch.breaker?.opensAfter ?? flow.breaker.opensAfter,
      probeAfterMs: patch.breaker?.probeAfterMs ?? flow.breaker.probeAfterMs,
      disablesAfterHours:
        patch.breaker?.disablesAfterHours === undefined
          ? flow.breaker.disablesAfterHours
          : patch.breaker.disablesAfterHours,
    },
  };
}
