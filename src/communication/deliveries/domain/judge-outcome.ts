/** How far a try came that ended without a whole answer. */
export const failedStages = [
  'validation',
  'address-refused',
  'auth',
  'dns',
  'connect',
  'tls',
  'timeout',
  'answer-broken',
] as const;
export type FailedStage = (typeof failedStages)[number];

/** What one try came to. */
export type SendOutcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** The header as it was sent, or null. */
      readonly retryAfter: string | null;
      /** The first bytes of the answer as text, for people. */
      readonly bodyStart: string;
      readonly durationMs: number;
    }
  | {
      readonly kind: 'failed';
      readonly stage: FailedStage;
      readonly message: string;
      readonly durationMs: number;
    };

/**
 * Whom a failure tells of. Failures of the endpoint in a row open its breaker; a refusal of one
 * message says nothing about the next one.
 */
export type Blame = 'endpoint' | 'message';

/** What follows from one try, and why. */
export type Verdict =
  | { readonly verdict: 'delivered'; readonly why: string }
  | {
      readonly verdict: 'retry';
      readonly why: string;
      readonly blames: Blame;
      readonly honoursRetryAfter: boolean;
    }
  | {
      readonly verdict: 'give-up';
      readonly why: string;
      readonly blames: Blame;
      readonly disablesEndpoint: boolean;
    };

interface StatusRule {
  readonly from: number;
  readonly to: number;
  readonly verdict: Verdict;
}

/**
 * The first row that holds the status decides. Nearly everything is tried again: a receiver that
 * is being deployed or is set up wrongly for an hour answers 401 or 404 and means "later".
 */
export const statusRules: readonly StatusRule[] = [
  { from: 200, to: 299, verdict: { verdict: 'delivered', why: 'the receiver accepted it' } },
  { from: 300, to: 399, verdict: retry('redirects are never followed: correct the URL') },
  { from: 400, to: 400, verdict: refused('the receiver does not understand it') },
  { from: 408, to: 408, verdict: retry('the receiver waited too long for the request') },
  { from: 409, to: 409, verdict: refused('it conflicts with what the receiver does now') },
  {
    from: 410,
    to: 410,
    verdict: {
      verdict: 'give-up',
      why: 'the receiver is gone for good',
      blames: 'endpoint',
      disablesEndpoint: true,
    },
  },
  { from: 413, to: 413, verdict: refused('it is too large for the receiver') },
  { from: 415, to: 415, verdict: refused('the receiver does not take its format') },
  { from: 422, to: 422, verdict: refused('the receiver refuses its content') },
  { from: 425, to: 425, verdict: retry('the receiver found it too early') },
  { from: 429, to: 429, verdict: retryAfter('the receiver limits the rate') },
  { from: 400, to: 499, verdict: retry('the receiver refused it, perhaps for a wrong setting') },
  { from: 503, to: 503, verdict: retryAfter('the receiver is not available') },
  { from: 500, to: 599, verdict: retry('the receiver failed') },
];

export const unknownStatus = retry('the status has no meaning in HTTP');

/** Every failure can pass: addresses, names and certificates get corrected, networks recover. */
export const stageRules: Readonly<Record<FailedStage, Verdict>> = {
  validation: retry('the receiver did not agree to take messages'),
  'address-refused': retry('the address is refused: its name may resolve elsewhere later'),
  auth: retry('no access token was given'),
  dns: retry('the name did not resolve'),
  connect: retry('no connection'),
  tls: retry('no secure connection'),
  timeout: retry('no whole answer in time'),
  'answer-broken': retry('the connection broke before the whole answer came'),
};

/** Decides what follows from a try: done, again later, or never again. */
export function judge(outcome: SendOutcome): Verdict {
  if (outcome.kind === 'failed') return stageRules[outcome.stage];
  const { status } = outcome;
  const rule = statusRules.find(({ from, to }) => status >= from && status <= to);
  return rule?.verdict ?? unknownStatus;
}

function retry(why: string): Verdict {
  return { verdict: 'retry', why, blames: 'endpoint', honoursRetryAfter: false };
}

function refused(why: string): Verdict {
  return { verdict: 'retry', why, blames: 'message', honoursRetryAfter: false };
}

function retryAfter(why: string): Verdict {
  return { verdict: 'retry', why, blames: 'endpoint', honoursRetryAfter: true };
}
