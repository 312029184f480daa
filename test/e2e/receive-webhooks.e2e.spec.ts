import { makeSource, sourceSecret } from '../support/factories.ts';
import { request } from '../support/request.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';
import {
  type ProviderName,
  type SignedWebhook,
  signedWebhook,
} from '../support/signed-webhooks.ts';

interface Receipt {
  readonly webhookId: string;
  readonly eventId: string;
  readonly duplicate: boolean;
}
interface Listed {
  readonly items: { readonly id: string; readonly flags: string[]; readonly secretId: string }[];
}

let signalbox: TestSignalbox;
beforeAll(async () => {
  signalbox = await runSignalbox();
}, 30_000);
afterAll(() => signalbox.stop());

const send = (path: string, { headers, body }: SignedWebhook) =>
  request(`${signalbox.url}${path}`, { method: 'POST', headers, body });
const received = (sourceId: string) =>
  signalbox.api.get<Listed>(`/v1/webhooks?sourceId=${sourceId}`);

describe('a webhook that its provider signed', () => {
  const sender = { secret: sourceSecret, id: 'delivery-1' };
  it.each<[ProviderName, string, object]>([
    ['github', '{"zen":"Design for failure."}', { eventType: 'github.push' }],
    ['stripe', '{"id":"evt_1","type":"charge.failed"}', { eventType: 'stripe.charge.failed' }],
    [
      'slack',
      '{"type":"event_callback","event":{"type":"ping"},"event_id":"Ev1"}',
      { deliveryId: 'Ev1' },
    ],
    ['shopify', '{"id":1}', { eventType: 'shopify.orders/create', deliveryId: 'delivery-1' }],
    ['standard-webhooks', '{"type":"user.created"}', { deliveryId: 'delivery-1' }],
    ['hmac', '{"any":"thing"}', { eventType: 'hmac.webhook', deliveryId: 'delivery-1' }],
  ])('is accepted from %s', async (provider, body, shown) => {
    const source = await makeSource(signalbox.api, provider);
    const answer = await send(source.hooksPath, await signedWebhook(provider, { ...sender, body }));

    expect(answer.status).toBe(202);
    const { webhookId, eventId } = answer.json<Receipt>();
    const webhook = await signalbox.api.get(`/v1/webhooks/${webhookId}`);
    expect(webhook).toMatchObject({
      id: webhookId,
      eventId,
      sourceId: source.id,
      provider,
      flags: [],
      bodyBytes: body.length,
      ...shown,
    });
  });

  it('names the secret that matched, while two are valid and after one is gone', async () => {
    const oldSecret = 'the old secret';
    const newSecret = 'the new secret';
    const source = await makeSource(signalbox.api, 'github', { secrets: [oldSecret] });
    const { id: newId } = await signalbox.api.post<{ id: string }>(
      `/v1/sources/${source.id}/secrets`,
      { value: newSecret },
    );
    const sendWith = async (secret: string) =>
      (await send(source.hooksPath, await signedWebhook('github', { secret, body: '{}' }))).status;

    expect([await sendWith(oldSecret), await sendWith(newSecret)]).toEqual([202, 202]);
    const used = (await received(source.id)).items.map(({ secretId }) => secretId);
    expect(used).toEqual([newId, source.secrets[0]?.id]);

    await signalbox.api.call('DELETE', `/v1/sources/${source.id}/secrets/${source.secrets[0]?.id}`);
    expect([await sendWith(oldSecret), await sendWith(newSecret)]).toEqual([401, 202]);
  });

  it('has a secret that Signalbox made when nobody gave one', async () => {
    const source = await makeSource(signalbox.api, 'stripe', { secrets: undefined });
    const secret = source.secrets[0]?.value ?? '';
    const webhook = await signedWebhook('stripe', { secret, body: '{"id":"evt_2"}' });
    expect((await send(source.hooksPath, webhook)).status).toBe(202);
    expect(JSON.stringify(await signalbox.api.get(`/v1/sources/${source.id}`))).not.toContain(
      secret,
    );
  });
});

describe('a webhook that came before', () => {
  it('is answered with the ids of the first one', async () => {
    const source = await makeSource(signalbox.api);
    const webhook = await signedWebhook('github', { secret: sourceSecret, body: '{}' });
    const first = await send(source.hooksPath, webhook);
    const second = await send(source.hooksPath, webhook);

    expect([first.status, second.status]).toEqual([202, 200]);
    expect(second.json()).toEqual({ ...first.json<Receipt>(), duplicate: true });
  });

  it('is stored once, however many copies come at the same time', async () => {
    const source = await makeSource(signalbox.api);
    const webhook = await signedWebhook('github', { secret: sourceSecret, body: '{}' });
    const copies = Array.from({ length: 40 }, () => send(source.hooksPath, webhook));
    const answers = await Promise.all(copies);

    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(39).fill(200), 202]);
    const ids = new Set(answers.map((answer) => answer.json<Receipt>().webhookId));
    const { items } = await received(source.id);
    expect([...ids]).toEqual(items.map(({ id }) => id));
  });

  it('is known by its content when it has no id, and by the configured key when there is one', async () => {
    const plain = await makeSource(signalbox.api, 'stripe');
    const keyed = await makeSource(signalbox.api, 'stripe', {
      dedupeKey: { jsonPath: 'data.key' },
    });
    const sendBoth = async (path: string, bodies: string[]) => {
      const statuses: number[] = [];
      for (const body of bodies) {
        const webhook = await signedWebhook('stripe', { secret: sourceSecret, body });
        statuses.push((await send(path, webhook)).status);
      }
      return statuses;
    };

    expect(await sendBoth(plain.hooksPath, ['{"a":1}', '{"a":2}', '{"a":1}'])).toEqual([
      202, 202, 200,
    ]);
    const sameKey = ['{"id":"evt_1","data":{"key":"k"}}', '{"id":"evt_2","data":{"key":"k"}}'];
    expect(await sendBoth(keyed.hooksPath, sameKey)).toEqual([202, 200]);
  });
});

describe('a webhook with unusual content', () => {
  it.each([
    ['malformed JSON', { 'content-type': 'application/json' }, '{"open":', ['malformed-json']],
    ['another content type', { 'content-type': 'text/csv' }, 'a,b', ['unexpected-content-type']],
    ['a content type that is none', { 'content-type': ';;' }, '{}', ['unexpected-content-type']],
    ['nothing', { 'content-type': 'application/json' }, '', ['empty-body']],
  ])('is stored as it is and flagged: %s', async (_what, headers, body, flags) => {
    const source = await makeSource(signalbox.api, 'hmac');
    const webhook = await signedWebhook('hmac', { secret: sourceSecret, body });
    const answer = await send(source.hooksPath, {
      ...webhook,
      headers: { ...webhook.headers, ...headers },
    });

    expect(answer.status).toBe(202);
    const [stored] = (await received(source.id)).items;
    expect(stored?.flags).toEqual(flags);
    const bodyPath = `${signalbox.url}/v1/webhooks/${stored?.id}/body`;
    expect((await request(bodyPath, { apiKey: signalbox.apiKey })).text).toBe(body);
  });
});

describe("Slack's challenge", () => {
  it('is answered when it is signed, and leaves no webhook', async () => {
    const source = await makeSource(signalbox.api, 'slack');
    const body = '{"type":"url_verification","challenge":"3eZbrw1aB"}';
    const answer = await send(
      source.hooksPath,
      await signedWebhook('slack', { secret: sourceSecret, body }),
    );
    expect(answer).toMatchObject({ status: 200, text: '3eZbrw1aB' });
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect((await received(source.id)).items).toEqual([]);
  });

  it('is refused when somebody else signed it', async () => {
    const source = await makeSource(signalbox.api, 'slack');
    const body = '{"type":"url_verification","challenge":"3eZbrw1aB"}';
    const answer = await send(
      source.hooksPath,
      await signedWebhook('slack', { secret: 'not the secret', body }),
    );
    expect(answer.status).toBe(401);
    expect(answer.text).not.toContain('3eZbrw1aB');
  });
});
