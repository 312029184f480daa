import { CommandBus } from '@nestjs/cqrs';
import { Store } from '#shared-kernel/persistence/store.js';
import {
  deliver,
  email,
  sourceId,
  startEventProcessing,
  type EventProcessingView,
} from '../../../../test/support/event-processing-app.js';
import { expectProblem } from '../../../../test/support/request.js';
import { ChangeRule } from '../commands/change-rule.js';

describe('rules', () => {
  let box: Awaited<ReturnType<typeof startEventProcessing>>;
  beforeAll(async () => {
    box = await startEventProcessing();
  });
  afterAll(() => box.close());

  it('are made, shown, listed and removed', async () => {
    const match = { types: ['shop.*'], data: [{ path: 'a.b', equals: 1 }] };
    const made = await box.call('/rules', {
      method: 'POST',
      body: { name: ' Shop ', match, actions: [deliver, email] },
    });
    const rule = made.json<EventProcessingView>();
    expect(rule).toMatchObject({ name: 'Shop', match, state: 'enabled' });
    expect(rule.id).toMatch(/^rul_/);
    expect(made.headers.get('location')).toBe(`/v1/rules/${rule.id}`);
    expect(made.headers.get('etag')).toBe('"1"');

    const read = await box.call(`/rules/${rule.id}`);
    expect(read.json()).toEqual(rule);
    expect(read.headers.get('etag')).toBe('"1"');

    await box.makeRule({ name: 'second' });
    const first = (await box.call('/rules?limit=1')).json<{
      items: EventProcessingView[];
      next: string;
    }>();
    expect(first.items).toEqual([rule]);
    const second = (await box.call(`/rules?limit=1&cursor=${first.next}`)).json<{
      items: EventProcessingView[];
    }>();
    expect(second.items[0]!['name']).toBe('second');

    for (const { id } of [rule, second.items[0]!]) {
      expect((await box.call(`/rules/${id}`, { method: 'DELETE' })).status).toBe(204);
    }
    expectProblem(await box.call(`/rules/${rule.id}`), 'event-processing.rule-not-found');
    const again = await box.call(`/rules/${rule.id}`, { method: 'DELETE' });
    expectProblem(again, 'event-processing.rule-not-found');
  });

  it('are refused when an endpoint or a template cannot be used, with the paths', async () => {
    const body = {
      name: 'broken',
      match: {},
      actions: [email, { kind: 'deliver', endpointId: `end_${'9'.repeat(32)}` }],
    };
    const refused = await box.call('/rules', { method: 'POST', body });
    expect(expectProblem(refused, 'event-processing.unknown-endpoint').fields).toEqual([
      { path: 'actions.1.endpointId', fault: 'is not an endpoint of this tenant' },
    ]);
    const template = { ...body, actions: [{ ...email, text: '{{' }] };
    const untyped = await box.call('/rules', { method: 'POST', body: template });
    expect(expectProblem(untyped, 'event-processing.invalid-template').fields).toEqual([
      { path: 'actions.0.text', fault: 'no braces here' },
    ]);
    const malformed = await box.call('/rules', { method: 'POST', body: { name: 'x', match: {} } });
    expect(expectProblem(malformed, 'http.invalid-request').fields?.[0]?.path).toBe('actions');
  });

  it('change by merge patch, on the state that If-Match names', async () => {
    const { id } = await box.makeRule({ match: { types: ['a'], sources: ['/s'], data: [] } });
    const patch = (body: unknown, headers: Record<string, string> = {}) =>
      box.call(`/rules/${id}`, { method: 'PATCH', body, headers });

    const changed = await patch({ match: { sources: null } }, { 'if-match': '"1"' });
    expect(changed.json<EventProcessingView>()['match']).toEqual({ types: ['a'], data: [] });
    expect(changed.headers.get('etag')).toBe('"2"');
    expectProblem(await patch({ name: 'x' }, { 'if-match': '"1"' }), 'http.precondition-failed');

    const rest = { name: 'new', state: 'disabled', actions: [email], match: { data: null } };
    const whole = (
      await patch({ ...rest, match: { types: null, data: null } })
    ).json<EventProcessingView>();
    expect(whole).toMatchObject({ name: 'new', state: 'disabled', match: {}, actions: [email] });

    const unknown = await patch({
      actions: [{ ...deliver, endpointId: `end_${'8'.repeat(32)}` }],
    });
    expectProblem(unknown, 'event-processing.unknown-endpoint');
    const missing = await box.call('/rules/rul_x', { method: 'PATCH', body: { name: 'x' } });
    expectProblem(missing, 'event-processing.rule-not-found');
    await box.call(`/rules/${id}`, { method: 'DELETE' });
  });

  it('are tried with a made-up event and with a stored one', async () => {
    const rule = await box.makeRule({ name: 'paid', match: { types: ['order.paid'] } });
    const other = await box.makeRule({ name: 'from', match: { sources: [sourceId] } });
    const id = await box.publishOne({ id: 't1', type: 'order.paid' });

    const stored = await box.call('/rules/test', { method: 'POST', body: { eventId: id } });
    expect(stored.json()).toEqual({
      matched: [{ ruleId: rule.id, ruleName: 'paid' }],
      unmatched: [
        { ruleId: other.id, ruleName: 'from', because: `source /shop is none of ${sourceId}` },
      ],
      unmatchedCount: 1,
    });
    const event = { type: 'x', sourceId, data: { a: 1 } };
    const inline = await box.call('/rules/test', { method: 'POST', body: { event } });
    expect(inline.json()).toMatchObject({ matched: [{ ruleId: other.id }], unmatchedCount: 1 });

    const unknown = await box.call('/rules/test', { method: 'POST', body: { eventId: 'evt_x' } });
    expectProblem(unknown, 'event-processing.event-not-found');
    await box.judged(id);
    const derived = (await box.call('/events?derived=true&type=communication.rule-matched')).json<{
      items: EventProcessingView[];
    }>();
    const eventId = derived.items[0]!.id;
    const ours = await box.call('/rules/test', { method: 'POST', body: { eventId } });
    expectProblem(ours, 'event-processing.event-not-matched');
    await box.removeRules(rule, other);
  });

  it('are refused when the tenant has 10,000 of them', async () => {
    const sql = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
      INSERT INTO rule SELECT 'rul_' || i, 'crowded', 'r', '{}', '[]', 'disabled', 1, 0 FROM n`;
    await box.app.get(Store).commit([{ statement: { sql, parameters: [] }, expect: 'any' }]);
    const headers = { 'signalbox-tenant': 'crowded' };
    const body = { name: 'one more', match: {}, actions: [email] };
    const refused = await box.call('/rules', { method: 'POST', body, headers });
    expectProblem(refused, 'event-processing.too-many-rules');
  });

  it('are not changed on a revision that is gone meanwhile', async () => {
    const rule = await box.makeRule({});
    const change = { tenant: 'default', id: rule.id, patch: { name: 'x' }, revision: 2 };
    const late = box.app.get(CommandBus).execute(new ChangeRule(change));
    await expect(late).rejects.toMatchObject({ code: 'storage.conflict' });
    await box.removeRules(rule);
  });
});
