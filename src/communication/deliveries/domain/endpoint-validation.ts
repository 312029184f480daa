import { z } from 'zod';

/** Whether a receiver is asked first: never, or by the OPTIONS request of CloudEvents. */
export const validationModes = ['none', 'cloudevents-options'] as const;

/** What a receiver answered when it was asked whether it wants our messages. */
export interface EndpointValidation {
  /** The URL that was asked; an answer says nothing of another one. */
  readonly url: string;
  readonly state: 'granted' | 'refused';
  /** Messages in a minute that it allows; null when it sets no limit. */
  readonly ratePerMinute: number | null;
  readonly checkedAtMs: number;
  /** Why it is refused; null when it is granted. */
  readonly fault: string | null;
}

/** As others may see it; `pending` before the receiver was asked at its present URL. */
export const validationState = z.strictObject({
  state: z.enum(['pending', 'granted', 'refused']),
  ratePerMinute: z.int().nullable(),
  checkedAtMs: z.int().nullable(),
  fault: z.string().nullable(),
});

type ValidationState = z.output<typeof validationState>;

interface ValidatedEndpoint {
  readonly url: string;
  readonly options: { readonly validationMode: (typeof validationModes)[number] };
  readonly validation: EndpointValidation | null;
}

const pending: ValidationState = {
  state: 'pending',
  ratePerMinute: null,
  checkedAtMs: null,
  fault: null,
};

/** Where the endpoint stands; null when nobody asked for a validation. */
export function validationStateOf(endpoint: ValidatedEndpoint): ValidationState | null {
  const { url, options, validation } = endpoint;
  if (options.validationMode === 'none') return null;
  if (validation?.url !== url) return pending;
  const { url: _url, ...shown } = validation;
  return shown;
}

/** Whether the receiver must be asked before it is sent anything. */
export function mustValidate(endpoint: ValidatedEndpoint): boolean {
  const state = validationStateOf(endpoint);
  return state !== null && state.state !== 'granted';
}

const ratePattern = /^[1-9]\d{0,8}$/;

/**
 * Reads the answer to the OPTIONS request.
 *
 * @param origin the DNS name that we gave as `WebHook-Request-Origin`
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md section 4
 */
export function judgeValidation(
  answer: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
  origin: string,
): Pick<EndpointValidation, 'state' | 'ratePerMinute' | 'fault'> {
  const { status, headers } = answer;
  const refused = (fault: string) => ({ state: 'refused', ratePerMinute: null, fault }) as const;
  if (status < 200 || status > 299) return refused(`answered ${status} to OPTIONS`);
  const allowed = headers['webhook-allowed-origin']?.trim();
  if (allowed === undefined) return refused('WebHook-Allowed-Origin is missing');
  if (allowed !== '*' && allowed.toLowerCase() !== origin.toLowerCase()) {
    return refused(`WebHook-Allowed-Origin names another origin than ${origin}`);
  }
  const rate = headers['webhook-allowed-rate']?.trim() ?? '*';
  if (rate !== '*' && !ratePattern.test(rate)) return refused('WebHook-Allowed-Rate is no number');
  return { state: 'granted', ratePerMinute: rate === '*' ? null : Number(rate), fault: null };
}
