import { makeSource, sourceSecret } from '../support/factories.ts';
import { metricValue } from '../support/metrics-page.ts';
import { type Answer, expectProblem, request } from '../support/request.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';
import { signedWebhook } from '../support/signed-webhooks.ts';

type Headers = Readonly<Record<string, string>>;

const body = '{"id":"evt_1"}';
const minuteMs = 60_000;
const noSignature = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.includes('signature')));

let signalbox: TestSignalbox;
beforeAll(async () => {
  signalbox = await runSignalbox();
}, 30_000);
afterAll(() => signalbox.stop());

const send = (path: string, headers: Headers, content = body) =>
  request(`${signalbox.url}${path}`, { method: 'POST', headers, body: content });
const rejections = async (provider: string, reason: string) =>
  (await metricValue(signalbox.url, 'signalbox_webhooks_received_total', {
    provider,
    outcome: 'rejected',
    reason,
  })) ?? 0;

describe('a webhook that nobody entitled sent', () => {
  it.each([
    ['signature-mismatch', 'stripe', { secret: 'another secret' }, (headers: Headers) => headers],
    ['signature-missing', 'github', {}, noSignature],
    ['signature-malformed', 'stripe', {}, () => ({ 'stripe-signature': 'whatever' })],
    ['timestamp-stale', 'stripe', { signedAtMs: Date.now() - 6 * minuteMs }, (h: Headers) => h],
    ['timestamp-stale', 'slack', { signedAtMs: Date.now() + 6 * minuteMs }, (h: Headers) => h],
    ['timestamp-stale', 'standard-webhooks', { signedAtMs: 0 }, (h: Headers) => h],
    [
      'timestamp-missing',
      'slack',
      {},
      ({ 'x-slack-request-timestamp': _time, ...others }: Headers) => others as Headers,
    ],
    [
      'timestamp-malformed',
      'slack',
      {},
      (headers: Headers) => ({ ...headers, 'x-slack-request-timestamp': 'yesterday' }),
    ],
  ] as const)(
    'is refused, counted and not stored: %s at %s',
    async (reason, provider, how, mend) => {
      const source = await makeSource(signalbox.api, provider);
      const before = await rejections(provider, reason);
      const { headers } = await signedWebhook(provider, { secret: sourceSecret, body, ...how });
      const answer = await send(source.hooksPath, mend(headers));

      expect(answer.status).toBe(401);
      const problem = expectProblem(answer, `webhooks.${reason}`);
      expect(JSON.stringify(problem)).not.toContain(sourceSecret);
      expect(await rejections(provider, reason)).toBe(before + 1);
      const { items } = await signalbox.api.get<{ items: unknown[] }>(
        `/v1/webhooks?sourceId=${source.id}`,
      );
      expect(items).toEqual([]);
    },
  );

  it('is refused when one byte of a good one changed on its way', async () => {
    const source = await makeSource(signalbox.api);
    const { headers } = await signedWebhook('github', { secret: sourceSecret, body });
    const answer = await send(source.hooksPath, headers, body.replace('1', '2'));
    expectProblem(answer, 'webhooks.signature-mismatch');
  });

  it('does not take the place of the real one, whose id it guessed', async () => {
    const source = await makeSource(signalbox.api);
    const good = { secret: sourceSecret, body, id: 'guessable' };
    const forged = await signedWebhook('github', { ...good, secret: 'another secret' });
    expect((await send(source.hooksPath, forged.headers)).status).toBe(401);
    const real = await signedWebhook('github', good);
    expect((await send(source.hooksPath, real.headers)).status).toBe(202);
  });
});

describe('an address that no source has', () => {
  /** All that a stranger sees, without what differs from one request to the next. */
  const seen = ({ status, headers, text }: Answer) => ({
    status,
    headers: [...headers.keys()].sort(),
    body: text.replace(/"traceId":"\w+"/, ''),
  });

  it('is not told from an address of a source that is gone', async () => {
    const source = await makeSource(signalbox.api);
    const { headers } = await signedWebhook('github', { secret: sourceSecret, body });
    expect((await send(source.hooksPath, headers)).status).toBe(202);
    await signalbox.api.call('DELETE', `/v1/sources/${source.id}`);

    const gone = await send(source.hooksPath, headers);
    const unknown = await send('/hooks/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', headers);
    expect(gone.status).toBe(404);
    expectProblem(gone, 'http.not-found');
    expect(seen(gone)).toEqual(seen(unknown));
  });

  it('says no more than any other path that is not there', async () => {
    const source = await send('/hooks/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', {});
    const path = await send('/nowhere/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', {});
    expect(seen(source)).toEqual(seen(path));
  });
});
