import { z } from 'zod';
import type { EndpointFlow } from './endpoint-flow.js';
import type { EndpointOptions } from './endpoint-options.js';
import type { EndpointValidation } from './endpoint-validation.js';
import type { RetryPolicy } from './retry-policy.js';

/** What the body of a message is; `encodePayload` says what each of them looks like. */
export const payloadFormats = ['cloudevents', 'cloudevents-binary', 'plain', 'raw'] as const;

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

/** One signing secret of an endpoint; `value` is the `whsec_` or `whsk_` text. */
export interface EndpointSecret {
  readonly id: string;
  readonly value: string;
  readonly createdAtMs: number;
  /** When it stops to sign, after a rotation; null for never. */
  readonly expiresAtMs: number | null;
}

/** The secrets that sign at this time; one whose time is over ends by itself. */
export function liveSecrets(
  secrets: readonly EndpointSecret[],
  nowMs: number,
): readonly EndpointSecret[] {
  const isLive = ({ expiresAtMs }: EndpointSecret) => expiresAtMs === null || expiresAtMs > nowMs;
  return secrets.every(isLive) ? secrets : secrets.filter(isLive);
}

/** Whether deliveries are made. A disabled endpoint says why: by hand, or the receiver is gone. */
type EnabledOrNot =
  | { readonly state: 'enabled'; readonly disabledReason: null }
  | { readonly state: 'disabled'; readonly disabledReason: string };

interface EndpointFacts extends EndpointFlow {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  readonly description: string | null;
  readonly url: string;
  /** At least one without an end, oldest first; all that have not ended sign. */
  readonly secrets: readonly EndpointSecret[];
  readonly payloadFormat: PayloadFormat;
  readonly retryPolicy: RetryPolicy;
  readonly timeoutMs: number;
  readonly options: EndpointOptions;
  /** What the receiver answered when it was asked whether it wants messages; null before that. */
  readonly validation: EndpointValidation | null;
  readonly createdAtMs: number;
  /** Grows by one with every stored change. */
  readonly revision: number;
}

/** A customer's URL for outbound webhooks. */
export type Endpoint = EndpointFacts & EnabledOrNot;
