import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { newApiKey } from '../../tools/support/signalbox-process.ts';
import { makeSource, sourceSecret, type TestSource } from '../support/factories.ts';
import { type Answer, expectProblem, request } from '../support/request.ts';
import { newDataFolder, runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';
import { signedBytes } from '../support/signed-webhooks.ts';

const mebibyte = 1024 * 1024;
const storeBytesMax = 3 * mebibyte;
const bodyBytes = 100 * 1024;

/** Sends different webhooks until the store takes no more of them. */
async function fill(signalbox: TestSignalbox, source: TestSource): Promise<Answer[]> {
  const answers: Answer[] = [];
  while (answers.length < 2 * (storeBytesMax / bodyBytes)) {
    const { headers, body } = signedBytes(sourceSecret, randomBytes(bodyBytes));
    const url = `${signalbox.url}${source.hooksPath}`;
    const answer = await request(url, { method: 'POST', headers, body });
    answers.push(answer);
    if (answer.status !== 202) break;
  }
  return answers;
}

describe('a store that is full', () => {
  const kept = { dataFolder: newDataFolder(), apiKey: newApiKey() };
  let signalbox: TestSignalbox;
  let source: TestSource;
  let answers: Answer[];
  beforeAll(async () => {
    signalbox = await runSignalbox({
      // The limit is one of the file.
      store: 'SQLite',
      kept,
      settings: { STORE_BYTES_MAX: String(storeBytesMax) },
    });
    source = await makeSource(signalbox.api, 'hmac');
    answers = await fill(signalbox, source);
  }, 60_000);
  afterAll(async () => {
    await signalbox.stop();
    rmSync(kept.dataFolder, { recursive: true, force: true });
  });

  it('refuses a webhook with 503 and says when to come back', () => {
    const last = answers.at(-1) as Answer;
    expect(last.status).toBe(503);
    expectProblem(last, 'storage.unavailable');
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(last.text).not.toMatch(/whk_|evt_/);
  });

  it('still reads, and has everything that it acknowledged and nothing else', async () => {
    const acknowledged = answers
      .filter(({ status }) => status === 202)
      .map((answer) => answer.json<{ webhookId: string }>().webhookId);
    expect(acknowledged.length).toBeGreaterThan(5);
    const { items } = await signalbox.api.get<{ items: { id: string }[] }>(
      '/v1/webhooks?limit=200',
    );
    expect(items.map(({ id }) => id).sort()).toEqual([...acknowledged].sort());
    for (const id of acknowledged.slice(0, 3)) {
      const path = `${signalbox.url}/v1/webhooks/${id}/body`;
      expect((await request(path, { apiKey: signalbox.apiKey })).bytes).toHaveLength(bodyBytes);
    }
  });

  it('refuses what an API client would change in the same way', async () => {
    const answers: Answer[] = [];
    for (let tries = 0; tries < 50 && answers.at(-1)?.status !== 503; tries++) {
      const body = { name: 'x'.repeat(100), provider: 'hmac', secrets: ['y'.repeat(1_000)] };
      const options = {
        method: 'POST',
        apiKey: signalbox.apiKey,
        body: { ...body, settings: { header: 'x' } },
      };
      answers.push(await request(`${signalbox.url}/v1/sources`, options));
    }
    expectProblem(answers.at(-1) as Answer, 'storage.unavailable');
  });

  it('takes webhooks again when there is room, on the same data', async () => {
    await signalbox.stop();
    signalbox = await runSignalbox({ kept });
    const { headers, body } = signedBytes(sourceSecret, randomBytes(bodyBytes));
    const url = `${signalbox.url}${source.hooksPath}`;
    expect((await request(url, { method: 'POST', headers, body })).status).toBe(202);
  }, 30_000);
});
