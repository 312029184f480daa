import { startHttpSink } from '../../../tools/support/http-sink.ts';
import { sendWebhook, settledEvent } from '../../support/events.ts';
import { deliverTo, makeEndpoint, makeRule, makeSource } from '../../support/factories.ts';
import type { TestSignalbox } from '../../support/running-signalbox.ts';

/** What a pact may find in the program before its request; the values replace its examples. */
export type StateName =
  | 'a running program'
  | 'a source'
  | 'an endpoint'
  | 'a rule'
  | 'a delivered webhook'
  | 'an API key';

type StateValues = Record<string, string>;

/** Sets up each state in the running program, as its clients would. */
export async function providerStates({ api, url }: Pick<TestSignalbox, 'api' | 'url'>): Promise<{
  readonly states: Readonly<Record<StateName, () => Promise<StateValues>>>;
  close(): Promise<void>;
}> {
  const sink = await startHttpSink();
  return {
    states: {
      'a running program': async () => ({}),
      'a source': async () => {
        const source = await makeSource(api);
        return { sourceId: source.id, hooksPath: source.hooksPath };
      },
      'an endpoint': async () => ({ endpointId: (await makeEndpoint(api, sink.url)).id }),
      'a rule': async () => {
        const endpoint = await makeEndpoint(api, sink.url);
        return { ruleId: (await makeRule(api, [deliverTo(endpoint)], otherTypes)).id };
      },
      'a delivered webhook': async () => {
        const source = await makeSource(api);
        const endpoint = await makeEndpoint(api, sink.url);
        await makeRule(api, [deliverTo(endpoint)], { match: { sources: [source.id] } });
        const eventId = await sendWebhook(url, source, 'github', { body: webhookBody });
        const { timeline } = await settledEvent(api, eventId);
        const { items } = await api.get<{ items: { id: string }[] }>('/v1/webhooks?limit=1');
        const deliveryId = timeline.find(({ kind }) => kind === 'delivery')?.deliveryId ?? '';
        return { eventId, deliveryId, webhookId: items[0]?.id ?? '' };
      },
      'an API key': async () => {
        const key = { name: 'pact', scope: 'viewer', tenant: 'default' };
        return { keyId: (await api.post<{ id: string }>('/v1/api-keys', key)).id };
      },
    },
    close: () => sink.close(),
  };
}

/** Keeps a rule away from the webhooks of other states. */
const otherTypes = { match: { types: ['other.*'] } };

/** The body of every webhook that a state sends. */
export const webhookBody = '{"ref":"refs/heads/main"}';
