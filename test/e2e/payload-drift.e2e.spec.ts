import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { type HttpSink, startHttpSink } from '../../tools/support/http-sink.ts';
import { newApiKey } from '../../tools/support/signalbox-process.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import {
  deliverTo,
  makeEndpoint,
  makeRule,
  makeSource,
  sourceSecret,
} from '../support/factories.ts';
import { expectProblem, request } from '../support/request.ts';
import { newDataFolder, runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';
import { signedWebhook } from '../support/signed-webhooks.ts';

interface Shape {
  readonly samples: number;
  readonly learning: boolean;
  readonly fields: readonly { readonly path: string; readonly share: number }[];
}

const kept = { dataFolder: newDataFolder(), apiKey: newApiKey() };
let signalbox: TestSignalbox;
let sink: HttpSink;
beforeAll(async () => {
  sink = await startHttpSink();
  signalbox = await runSignalbox({ kept });
}, 30_000);
afterAll(async () => {
  await signalbox.stop();
  await sink.close();
  rmSync(kept.dataFolder, { recursive: true, force: true });
});

const before = (number: number) => ({ number, ref: 'main', pusher: { name: 'a', email: 'a@b.c' } });
const after = (number: number) => ({ number, ref: 'main', pusher: { name: 'a' } });

/** Sends as many webhooks, a batch of what one round learns at a time. @returns ids */
async function send(
  path: string,
  count: number,
  payload: (n: number) => object,
): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number++) {
    const body = JSON.stringify(payload(number));
    const webhook = await signedWebhook('github', { secret: sourceSecret, body, id: randomUUID() });
    const answer = await request(`${signalbox.url}${path}`, { method: 'POST', ...webhook });
    expect(answer.status).toBe(202);
    ids.push(answer.json<{ webhookId: string }>().webhookId);
  }
  return ids;
}

const shapeOf = (sourceId: string) =>
  request(`${signalbox.url}/v1/sources/${sourceId}/shapes/github.push`, {
    apiKey: signalbox.apiKey,
  });
/** The shape once it has learned so much. */
const learned = (sourceId: string, samples: number) =>
  waitFor(`${samples} samples to be learned`, async () => {
    const answer = await shapeOf(sourceId);
    const shape = answer.status === 200 ? answer.json<Shape>() : null;
    return shape !== null && shape.samples >= samples && shape;
  });

describe('the shape of payloads', () => {
  let source: { id: string; hooksPath: string };
  let firstIds: string[];
  beforeAll(async () => {
    source = await makeSource(signalbox.api);
    const endpoint = await makeEndpoint(signalbox.api, `${sink.url}/drift`);
    const match = { types: ['communication.payload-drifted'] };
    await makeRule(signalbox.api, [deliverTo(endpoint)], { match });
    firstIds = await send(source.hooksPath, 40, before);
    await learned(source.id, 40);
  }, 30_000);

  it('is learned from what comes in', async () => {
    const shape = await learned(source.id, 40);
    expect(shape).toMatchObject({ samples: 40, learning: true });
    expect(shape.fields).toContainEqual({
      path: 'pusher.email',
      share: 1,
      types: ['string'],
      samples: 40,
    });
    const { items } = await signalbox.api.get<{ items: object[] }>(
      `/v1/sources/${source.id}/shapes`,
    );
    expect(items).toMatchObject([{ eventType: 'github.push', samples: 40, learning: true }]);
  });

  it('survives a restart, with what was not learned yet', async () => {
    await send(source.hooksPath, 20, before);
    await signalbox.stop();
    signalbox = await runSignalbox({ kept });
    expect((await shapeOf(source.id)).json()).toMatchObject({ samples: 60, learning: false });
  }, 30_000);

  it('raises an event that a rule may name when a field is gone', async () => {
    const ids = await send(source.hooksPath, 40, after);
    await learned(source.id, 100);
    const told = await waitFor('the delivery of the event', () => sink.taken[0]);
    expect(JSON.parse(told.body.toString())).toMatchObject({
      type: 'communication.payload-drifted',
      source: `/sources/${source.id}`,
      data: {
        sourceId: source.id,
        provider: 'github',
        eventType: 'github.push',
        changes: [
          {
            kind: 'field-disappeared',
            path: 'pusher.email',
            before: { share: 1, types: ['string'], samples: 60 },
            after: { share: 0, types: [], samples: 40 },
          },
        ],
        changesTotal: 1,
        firstWebhookId: ids[0],
        lastWebhookId: ids[39],
      },
    });
    expect(ids).not.toContain(firstIds[0]);
    expect(sink.taken).toHaveLength(1);
  }, 30_000);

  it('is forgotten on request and learned anew', async () => {
    await signalbox.api.call('DELETE', `/v1/sources/${source.id}/shapes/github.push`);
    expectProblem(await shapeOf(source.id), 'webhooks.shape-not-found');
    await send(source.hooksPath, 40, after);
    expect(await learned(source.id, 40)).toMatchObject({ samples: 40, learning: true });
  }, 30_000);

  it('is not found at a source that is not there', async () => {
    const list = await request(`${signalbox.url}/v1/sources/src_1/shapes`, {
      apiKey: signalbox.apiKey,
    });
    expectProblem(list, 'webhooks.source-not-found');
  });
});

it('is not learned when PAYLOAD_DRIFT is off', async () => {
  const own = { dataFolder: newDataFolder(), apiKey: newApiKey() };
  let other = await runSignalbox({ kept: own, settings: { PAYLOAD_DRIFT: 'off' } });
  const source = await makeSource(other.api);
  const webhook = await signedWebhook('github', { secret: sourceSecret, body: '{}' });
  const url = `${other.url}${source.hooksPath}`;
  expect((await request(url, { method: 'POST', ...webhook })).status).toBe(202);
  // The end of the program writes down what was sampled.
  await other.stop();
  other = await runSignalbox({ kept: own });
  const shapes = await other.api.get<{ items: unknown[] }>(`/v1/sources/${source.id}/shapes`);
  expect(shapes.items).toEqual([]);
  await other.stop();
  rmSync(own.dataFolder, { recursive: true, force: true });
}, 30_000);
