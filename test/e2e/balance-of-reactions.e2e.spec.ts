import { randomUUID } from 'node:crypto';
import { RuleMatched } from '#communication/event-processing/contracts/rule-matched.event.js';
import { newId } from '#shared-kernel/domain/ids.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { waitFor } from '../../tools/support/wait-for.ts';
import { readMetrics } from '../support/metrics-page.ts';
import { request } from '../support/request.ts';
import { runSignalbox, type TestSignalbox } from '../support/running-signalbox.ts';

const mailing = 'notifications.queue-mail-when-rule-matched';
const rounds = 12;
const eventsPerRound = 24;
/** Key of several events that fail: all but one wait. */
const waitedFor = newId('evt', 0);

interface Reaction {
  readonly id: string;
  readonly events: readonly string[];
  readonly lagEvents: number;
  readonly counts: Readonly<Record<string, number>>;
}

type States = Record<string, number>;

describe.each(['SQLite', 'PostgreSQL'] as const)('the account of each reaction on %s', (store) => {
  let signalbox: TestSignalbox;
  beforeAll(async () => {
    signalbox = await runSignalbox({ store });
  }, 60_000);
  afterAll(() => signalbox.stop());

  const post = (path: string, body: object) =>
    request(`${signalbox.url}/v1${path}`, { method: 'POST', apiKey: signalbox.apiKey, body });
  const reactions = async () =>
    (await signalbox.api.get<{ items: Reaction[] }>('/v1/reactions')).items;

  /** What one scrape says of each reaction. */
  async function accounts(): Promise<Map<string, States>> {
    const found = new Map<string, States>();
    for (const { name, labels, value } of await readMetrics(signalbox.url)) {
      const { reaction = '', state = '' } = labels;
      if (name !== 'signalbox_reaction_events') continue;
      found.set(reaction, { ...found.get(reaction), [state]: value });
    }
    return found;
  }

  /** Mails about an event that the log does not have fail; a match without any is handled. */
  async function append(round: number): Promise<void> {
    const email = { kind: 'email' as const, to: ['a@example.com'], subject: 'S', text: 'T' };
    const deliver = { kind: 'deliver' as const, endpointId: 'end_1' };
    const events = Array.from({ length: eventsPerRound }, (_, n) => {
      const eventId = n % 8 === 0 ? waitedFor : newId('evt', round);
      const actions = n % 8 < 2 ? [email] : [deliver];
      const data = { eventId, eventType: 'x', ruleId: 'rul_1', ruleName: 'r', actions };
      return RuleMatched.of({ tenant: 'default', data });
    });
    const log = signalbox.app.get(EventLog);
    await log.commit({ events });
    const event = { specversion: '1.0', source: '/test', type: 'some.thing', data: {} };
    await Promise.all(
      events.map(() =>
        request(`${signalbox.url}/v1/events`, {
          method: 'POST',
          apiKey: signalbox.apiKey,
          headers: { 'content-type': 'application/cloudevents+json' },
          body: JSON.stringify({ ...event, id: randomUUID() }),
        }),
      ),
    );
  }

  /** Failures, retries, skips and replays, while events come in. */
  async function work(): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      await append(round);
      const parked = `/reactions/${mailing}/parked-events`;
      if (round % 3 === 0) await post(`${parked}/retry`, {});
      if (round % 4 === 1) await post(`${parked}/skip`, { reason: 'a test' });
      if (round % 4 === 2) await post(`/reactions/${mailing}/replays`, {});
    }
  }

  it('balances in every scrape, whatever happens to its events', async () => {
    const load = { isWorking: true };
    const working = work().finally(() => (load.isWorking = false));
    const seen = new Set<string>();
    let scrapes = 0;
    const idle = async () => (await reactions()).every(({ lagEvents }) => lagEvents === 0);
    while (load.isWorking || !(await idle())) {
      for (const [reaction, { taken = NaN, ...parts }] of await accounts()) {
        const sum = Object.values(parts).reduce((one, other) => one + other, 0);
        expect({ reaction, taken, ...parts }).toEqual({ reaction, taken: sum, ...parts });
        for (const [part, value] of Object.entries(parts)) if (value > 0) seen.add(part);
      }
      scrapes++;
    }
    await working;
    expect(scrapes).toBeGreaterThan(rounds);
    expect([...seen]).toEqual(expect.arrayContaining(['handled', 'parked', 'skipped']));
  }, 60_000);

  it('was given every event of its names, once where there was no replay', async () => {
    await waitFor('all to be read', async () =>
      (await reactions()).every(({ lagEvents }) => lagEvents === 0),
    );
    const sql = 'SELECT name, count(*) AS events FROM event_log GROUP BY name';
    const rows = await signalbox.app
      .get(Store)
      .list<{ name: string; events: number }>({ sql, parameters: [] });
    const inLog = new Map(rows.map(({ name, events }) => [name, events]));
    const taken = await accounts();
    for (const { id, events } of await reactions()) {
      const expected = events.reduce((sum, name) => sum + (inLog.get(name) ?? 0), 0);
      expect(expected).toBeGreaterThan(0);
      if (id === mailing) expect(taken.get(id)?.['taken']).toBeGreaterThan(expected);
      else expect([id, taken.get(id)?.['taken']]).toEqual([id, expected]);
    }
  }, 60_000);
});
