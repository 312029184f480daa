import { z } from 'zod';
import type { RetryPolicy } from './retry-policy.js';

/** `cloudevents`: the event as one JSON document. `raw`: the bytes as they came. */
export const payloadFormats = ['cloudevents', 'raw'] as const;

export type PayloadFormat = (typeof payloadFormats)[number];

/** The longest time that an endpoint may give one whole try, in milliseconds. */
export const endpointTimeoutMaxMs = 30_000;
const endpointTimeoutMinMs = 1_000;

/** Time for one whole try, in milliseconds. */
export const endpointTimeoutSchema = z.int().min(endpointTimeoutMinMs).max(endpointTimeoutMaxMs);

/** The allowed time that is nearest to this one. */
export function nearestEndpointTimeoutMs(timeoutMs: number): number {
  return Math.min(Math.max(timeoutMs, endpointTimeoutMinMs), endpointTimeoutMaxMs);
}

/** One signing secret of an endpoint; `value` is the `whsec_` text. */
export interface EndpointSecret {
  readonly id: string;
  readonly value: string;
  readonly createdAtMs: number;
}

/** Whether deliveries are made. A disabled endpoint says why: by hand, or the receiver is gone. */
type EnabledOrNot =
  | { readonly state: 'enabled'; readonly disabledReason: null }
  | { readonly state: 'disabled'; readonly disabledReason: string };

interface EndpointFacts {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly description: string | null;
  readonly url: string;
  /** At least one, oldest first; all of them sign. */
  readonly secrets: readonly EndpointSecret[];
  readonly payloadFormat: PayloadFormat;
  readonly retryPolicy: RetryPolicy;
  readonly timeoutMs: number;
  readonly createdAtMs: number;
  /** Grows by one with every stored change. */
  readonly revision: number;
}

/** A customer's URL for outbound webhooks. */
export type Endpoint = EndpointFacts & EnabledOrNot;
