import type { ApiClient } from '../../tools/support/api-client.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import { request } from './request.ts';
import type { TestSource } from './factories.ts';
import { sourceSecret } from './factories.ts';
import { type ProviderName, signedWebhook } from './signed-webhooks.ts';

/** One entry of an event's timeline; what else it holds depends on its kind. */
interface TimelineEntry {
  readonly kind: string;
  readonly state?: string;
  readonly ruleId?: string;
  readonly because?: string;
  readonly deliveryId?: string;
  readonly attempts?: readonly { readonly status?: number | null; readonly startedAt: string }[];
}

/** An event as the API shows it. */
export interface TestEvent {
  readonly id: string;
  readonly type: string;
  readonly correlationId: string;
  readonly data?: unknown;
  readonly timeline: readonly TimelineEntry[];
}

interface SendOptions {
  readonly body?: string;
  readonly id?: string;
  /** Sent beside those that the provider signs. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Sends a signed webhook and returns the id of its event.
 *
 * @throws Error unless it is acknowledged
 */
export async function sendWebhook(
  url: string,
  source: TestSource,
  provider: ProviderName = 'github',
  { body = '{}', id, headers }: SendOptions = {},
): Promise<string> {
  const options = { secret: sourceSecret, body, ...(id === undefined ? {} : { id }) };
  const webhook = await signedWebhook(provider, options);
  const answer = await request(`${url}${source.hooksPath}`, {
    method: 'POST',
    headers: { ...webhook.headers, ...headers },
    body: webhook.body,
  });
  if (answer.status !== 202) throw new Error(`not acknowledged: ${answer.status} ${answer.text}`);
  return answer.json<{ eventId: string }>().eventId;
}

/**
 * Waits until the rules have judged the event and all that they caused has ended.
 *
 * @param kinds entries that must be there: deliveries and mails come from reactions of their own
 */
export function settledEvent(
  api: ApiClient,
  eventId: string,
  kinds: readonly string[] = [],
): Promise<TestEvent> {
  return waitFor(`the end of ${eventId}`, async () => {
    const event = await api.get<TestEvent>(`/v1/events/${eventId}`);
    const judged = event.timeline.some(({ kind }) => kind.includes('rule'));
    const open = event.timeline.some(({ state }) => state === 'due');
    const caused = event.timeline.some(({ state }) => state !== undefined);
    const expected = event.timeline.some(({ kind }) => kind === 'rule-matched');
    const complete = kinds.every((wanted) => event.timeline.some(({ kind }) => kind === wanted));
    return judged && complete && !open && caused === expected ? event : undefined;
  });
}

/** The entries of one kind. */
export function entriesOf(event: TestEvent, kind: string): readonly TimelineEntry[] {
  return event.timeline.filter((entry) => entry.kind === kind);
}
