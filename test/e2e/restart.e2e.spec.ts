import { rmSync } from 'node:fs';
import { startHttpSink } from '../../tools/support/http-sink.ts';
import { startMailSink } from '../../tools/support/mail-sink.ts';
import { newApiKey } from '../../tools/support/signalbox-process.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import { entriesOf, sendWebhook, settledEvent } from '../support/events.ts';
import { deliverTo, makeEndpoint, makeRule, makeSource } from '../support/factories.ts';
import { request } from '../support/request.ts';
import { newDataFolder, runSignalbox } from '../support/running-signalbox.ts';

describe('a restart on the same data', () => {
  const kept = { dataFolder: newDataFolder(), apiKey: newApiKey() };
  afterAll(() => rmSync(kept.dataFolder, { recursive: true, force: true }));

  it('forgets nothing: keys, sources, and deliveries and mails that are due', async () => {
    let up = false;
    const sink = await startHttpSink(() => (up ? 200 : 503));
    const mailSink = await startMailSink();
    const first = await runSignalbox({ kept });
    const source = await makeSource(first.api);
    const endpoint = await makeEndpoint(first.api, sink.url);
    const mail = { kind: 'email', to: ['a@example.com'], subject: 'Late', text: 'but there' };
    await makeRule(first.api, [deliverTo(endpoint), mail]);
    const eventId = await sendWebhook(first.url, source);
    await waitFor('the first try', () => sink.taken.length > 0);
    await first.stop();

    up = true;
    const second = await runSignalbox({ kept, settings: { SMTP_URL: mailSink.url } });
    const event = await settledEvent(second.api, eventId, ['delivery', 'notification']);
    const [delivery] = entriesOf(event, 'delivery');
    expect(delivery).toMatchObject({ state: 'delivered' });
    expect(delivery?.attempts?.at(-1)).toMatchObject({ status: 200 });
    expect(entriesOf(event, 'notification')).toMatchObject([{ state: 'sent' }]);
    expect(new Set(sink.taken.map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([eventId]),
    );
    expect(await sendWebhook(second.url, source)).not.toBe(eventId);
    await second.stop();
    await Promise.all([sink.close(), mailSink.close()]);
  }, 60_000);

  it('lets the key of another start in no more than before', async () => {
    const signalbox = await runSignalbox({ kept: { ...kept, apiKey: newApiKey() } });
    const stranger = await request(`${signalbox.url}/v1/sources`, { apiKey: signalbox.apiKey });
    expect(stranger.status).toBe(401);
    const owner = await request(`${signalbox.url}/v1/sources`, { apiKey: kept.apiKey });
    expect(owner.json()).toMatchObject({ items: [{ provider: 'github' }] });
    await signalbox.stop();
  }, 30_000);
});
