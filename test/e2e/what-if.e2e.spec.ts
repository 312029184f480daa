import { sendWebhook } from '../support/events.ts';
import {
  deliverTo,
  makeApiKey,
  makeEndpoint,
  makeRule,
  makeSource,
  sourceSecret,
  type TestSource,
} from '../support/factories.ts';
import { expectProblem, request } from '../support/request.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';
import { hmacSettings, signedBytes } from '../support/signed-webhooks.ts';

interface SourceWhatIf {
  readonly samples: readonly { id: string; kind: string; before: object; after: object }[];
}

let signalbox: TestSignalbox;
beforeAll(async () => {
  signalbox = await runSignalbox();
}, 30_000);
afterAll(() => signalbox.stop());

const ask = (path: string, body: object, apiKey = signalbox.apiKey) =>
  request(`${signalbox.url}${path}`, { method: 'POST', apiKey, body });
const tryPatch = async ({ id }: TestSource, patch: object, more = {}) => {
  const answer = await ask(`/v1/sources/${id}/what-if`, { patch, ...more });
  expect(answer.status).toBe(200);
  return answer.json<SourceWhatIf>();
};
const send = (source: TestSource, body: string, secret = sourceSecret, more = {}) =>
  request(`${signalbox.url}${source.hooksPath}`, {
    method: 'POST',
    headers: {
      ...signedBytes(secret, Buffer.from(body)).headers,
      'content-type': 'application/json',
      ...more,
    },
    body,
  });

describe('a change of a source that is only thought of', () => {
  let source: TestSource;
  beforeAll(async () => {
    source = await makeSource(signalbox.api, 'hmac');
    for (let order = 0; order < 5; order++) {
      await send(source, `{"event":"order.${order % 2 ? 'paid' : 'made'}","order":${order % 2}}`);
    }
    await send(source, '{"event":"late"}', 'the coming secret');
    await send(source, '{"event":"forged"}', 'nobody knows');
  });

  it('shows nothing when nothing would be different', async () => {
    expect(await tryPatch(source, {})).toEqual({
      checked: 7,
      changed: 0,
      differences: {},
      unverifiable: 0,
      missing: 0,
      newDuplicates: 0,
      samples: [],
    });
  });

  it('shows what another secret would reject, and what it would let in', async () => {
    const result = await tryPatch(source, { secrets: ['the coming secret'] });
    expect(result).toMatchObject({
      checked: 7,
      changed: 6,
      differences: { rejected: 5, verified: 1 },
    });
    const samples = result.samples.filter(({ kind }) => kind === 'quarantined');
    expect(samples).toMatchObject([
      {
        before: { outcome: 'rejected', reason: 'signature-mismatch', eventType: null },
        after: { outcome: 'verified', reason: null, eventType: 'hmac.webhook' },
      },
    ]);
    const both = { secrets: [sourceSecret, 'the coming secret'] };
    expect(await tryPatch(source, both)).toMatchObject({ differences: { verified: 1 } });
  });

  it('shows other types, and what would be taken for repeats', async () => {
    const result = await tryPatch(source, {
      settings: { eventTypePath: 'event' },
      dedupeKey: { jsonPath: 'order' },
    });
    expect(result).toMatchObject({
      changed: 5,
      differences: { 'event-type': 5, 'dedupe-key': 5 },
      newDuplicates: 3,
    });
    expect(result.samples[0]).toMatchObject({
      kind: 'webhook',
      before: { eventType: 'hmac.webhook', dedupeKey: expect.stringMatching(/^id:/) },
      after: { eventType: 'hmac.order.made', dedupeKey: 'key:0' },
    });
  });

  it('shows another provider', async () => {
    expect(await tryPatch(source, { provider: 'github' })).toMatchObject({
      differences: { rejected: 5, reason: 2 },
    });
  });

  it('looks at the newest only, as many as it is told', async () => {
    const result = await tryPatch(source, { secrets: ['x'] }, { limit: 2 });
    expect(result).toMatchObject({ checked: 4, differences: { rejected: 2 } });
  });

  it('changes nothing at all', async () => {
    const path = `/v1/sources/${source.id}`;
    const state = async () => [
      await signalbox.api.get(path),
      await signalbox.api.get(`/v1/webhooks?sourceId=${source.id}`),
      await signalbox.api.get(`/v1/quarantine?sourceId=${source.id}`),
    ];
    const before = await state();
    await tryPatch(source, { provider: 'github', secrets: ['x'], dedupeKey: null });
    expect(await state()).toEqual(before);
  });

  it('says which webhooks cannot be verified again from what is kept', async () => {
    const settings = { ...hmacSettings, header: 'authorization' };
    const hidden = await makeSource(signalbox.api, 'hmac', { settings });
    const { headers } = signedBytes(sourceSecret, Buffer.from('{}'));
    const authorization = (headers as Record<string, string>)['x-signature'];
    expect((await send(hidden, '{}', sourceSecret, { authorization })).status).toBe(202);
    expect(await tryPatch(hidden, {})).toMatchObject({ checked: 1, changed: 0, unverifiable: 1 });
  });

  it('is refused like a change that is meant', async () => {
    const path = `/v1/sources/${source.id}/what-if`;
    const refusedBy = async (patch: object) => await ask(path, { patch });
    const badSettings = await refusedBy({ settings: { algorithm: 'rot13' } });
    expectProblem(badSettings, 'webhooks.invalid-provider-settings');
    expectProblem(await refusedBy({ secrets: [' padded '] }), 'webhooks.invalid-secret');
    expectProblem(await refusedBy({ name: 'x' }), 'http.invalid-request');
    expectProblem(
      await ask('/v1/sources/src_0/what-if', { patch: {} }),
      'webhooks.source-not-found',
    );
    const viewer = await makeApiKey(signalbox.api, 'viewer');
    expectProblem(await ask(path, { patch: {} }, viewer), 'auth.insufficient-scope');
    const foreign = await makeApiKey(signalbox.api, 'admin', 'other');
    expectProblem(await ask(path, { patch: {} }, foreign), 'webhooks.source-not-found');
  });
});

describe('a rule that is only thought of', () => {
  const tried = async (whatIf: object) => {
    const answer = await ask('/v1/rules/what-if', whatIf);
    expect(answer.status).toBe(200);
    return answer.json();
  };

  it('is shown the last events, and tells what it would match', async () => {
    const { api, url } = signalbox;
    const endpoint = await makeEndpoint(api, 'http://127.0.0.1:9/never');
    const source = await makeSource(api);
    const match = { sources: [source.id], types: ['github.push'] };
    const actions = [deliverTo(endpoint)];
    for (const ref of ['main', 'main', 'dev']) {
      await sendWebhook(url, source, 'github', { body: `{"ref":"${ref}"}` });
    }
    const onMain = { ...match, data: [{ path: 'ref', equals: 'main' }] };
    const rule = { name: 'r', match: onMain, actions };
    expect(await tried({ rule })).toMatchObject({
      matchedBefore: 0,
      matchedAfter: 2,
      newlyMatched: 2,
      noLongerMatched: 0,
    });
    const { id } = await makeRule(api, actions, { match: onMain });
    const onDev = { match: { data: [{ path: 'ref', equals: 'dev' }] } };
    expect(await tried({ id, patch: onDev })).toMatchObject({
      matchedBefore: 2,
      matchedAfter: 1,
      newlyMatched: 1,
      noLongerMatched: 2,
      samples: [
        { difference: 'newly-matched', because: null },
        { difference: 'no-longer-matched', because: 'data ref is "main", not "dev"' },
        { difference: 'no-longer-matched' },
      ],
    });
    expect(await tried({ id, patch: { state: 'disabled' } })).toMatchObject({
      matchedAfter: 0,
      samples: [{ because: 'the rule is disabled' }, {}],
    });
    const mail = { kind: 'email', to: ['a@example.com'], subject: 'x', text: 'y' };
    const otherActions = { actions: [...actions, mail] };
    expect(await tried({ id, patch: otherActions })).toMatchObject({
      actionsDiffer: 2,
      samples: [],
    });
    expect(await tried({ id, patch: {}, limit: 1 })).toMatchObject({ checked: 1 });
  });

  it('is refused when it could not be one', async () => {
    const nobody = { kind: 'deliver', endpointId: `end_${'0'.repeat(32)}` };
    const rule = { name: 'r', match: {}, actions: [nobody] };
    expectProblem(await ask('/v1/rules/what-if', { rule }), 'event-processing.unknown-endpoint');
    const missing = await ask('/v1/rules/what-if', { id: 'rul_0', patch: {} });
    expectProblem(missing, 'event-processing.rule-not-found');
  });
});
