import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient } from '../../tools/support/api-client.ts';
import { type HttpSink, startHttpSink } from '../../tools/support/http-sink.ts';
import { administer, startPostgres, type TestPostgres } from '../../tools/support/postgres.ts';
import {
  newApiKey,
  type SignalboxProcess,
  startProcess,
} from '../../tools/support/signalbox-process.ts';
import { waitFor } from '../../tools/support/wait-for.ts';
import { ensureBuilt } from '../support/built-program.ts';
import { deliverTo, makeEndpoint, makeRule, makeSource } from '../support/factories.ts';
import { receivedWebhooks } from '../support/received-webhooks.ts';
import { startWebhookLoad, type WebhookLoad } from '../support/webhook-load.ts';

const takeoverMaxMs = 10_000;
const handoverMaxMs = 3_000;
/** Longer than the silence after which a process counts as dead. */
const frozenMs = 7_000;
const senders = 3;

/** A process and the name that it has in the database. */
interface Instance extends SignalboxProcess {
  readonly id: string;
}

interface Owner {
  readonly id: string;
  readonly owner: string | null;
}

describe('instances on one PostgreSQL', () => {
  const secretKey = randomBytes(32).toString('base64');
  const apiKey = newApiKey();
  const started: Instance[] = [];
  let server: TestPostgres;
  let url: string;
  let sink: HttpSink;
  let api: ApiClient;
  let load: WebhookLoad;

  const rows = <Row>(sql: string) => administer(url, sql) as Promise<Row[]>;
  const count = async (what: string) => (await rows<{ n: number }>(what))[0]?.n ?? 0;
  const launch = () =>
    startProcess({
      apiKey,
      settings: {
        DATABASE_URL: url,
        SECRET_KEY: secretKey,
        OUTBOUND_ALLOWED_RANGES: '127.0.0.0/8',
        DISK_FREE_BYTES_MIN: '0',
        LOG_LEVEL: 'error',
        DELIVERY_CONCURRENCY: '12',
      },
    });
  const names = async () =>
    (await rows<{ id: string }>('SELECT id FROM instance')).map(({ id }) => id);

  /** One more process, once it has given a sign of life. */
  async function join(): Promise<Instance> {
    const before = await names();
    const program = await launch();
    const [id = ''] = (await names()).filter((name) => !before.includes(name));
    const instance = { ...program, id };
    started.push(instance);
    return instance;
  }
  const owners = () => rows<Owner>('SELECT id, owner FROM reaction ORDER BY id');
  const ownersOf = (instance: string) =>
    owners().then((all) => all.filter(({ owner }) => owner === instance));
  /** Waits until each of these has a share of the reactions, and nobody else has one. */
  const shared = (instances: readonly string[]) =>
    waitFor('each instance to have its share', async () => {
      const all = await owners();
      const owning = new Set(all.map(({ owner }) => owner));
      return instances.every((id) => owning.has(id)) && owning.size === instances.length && all;
    });
  /** How long it takes until nothing belongs to the instance any more. */
  async function timeUntilTakenOver(instance: string): Promise<number> {
    const startedAt = performance.now();
    await waitFor(`the work of ${instance} to be taken over`, async () => {
      const claimed = await count(
        `SELECT count(*)::int AS n FROM delivery WHERE claimed_by = '${instance}'`,
      );
      return claimed === 0 && (await ownersOf(instance)).length === 0;
    });
    return performance.now() - startedAt;
  }

  /** Nothing that was acknowledged is lost, nothing happened twice, nothing out of its order. */
  async function expectWhole(): Promise<void> {
    // First what was promised, since some answers may still be on their way.
    const promised = [...load.acknowledged];
    const stored = new Set((await receivedWebhooks(api)).map(({ deliveryId }) => deliveryId));
    expect(promised.filter((id) => !stored.has(id))).toEqual([]);
    expect(promised.length).toBeGreaterThan(0);
    const undelivered = async () => (await count(receivedEvents)) - (await count(deliveredEvents));
    await waitFor('the end of all deliveries', async () => (await undelivered()) === 0, 30_000);
    const taken = new Set(sink.taken.map(({ headers }) => headers['webhook-id']));
    expect(taken.size).toBe(await count(receivedEvents));
    expect(await count(`${matches}) AS m`)).toBe(await count(receivedEvents));
    expect(await count(`${matches}) AS m WHERE former > position`)).toBe(0);
    const unsettled = 'SELECT count(*)::int AS n FROM reaction WHERE taken <> handled';
    expect(await count(unsettled)).toBe(0);
    expect(await count('SELECT count(*)::int AS n FROM parked_event')).toBe(0);
  }

  beforeAll(async () => {
    await ensureBuilt();
    [server, sink] = await Promise.all([startPostgres(), startHttpSink()]);
    url = await server.newDatabase();
  }, 120_000);
  afterAll(async () => {
    await load.stop();
    for (const instance of started) await instance.kill();
    await sink.close();
    await server.stop();
  });

  it('come up together on an empty database, with one first key and one share each', async () => {
    const [one, other] = await Promise.all([launch(), launch()]);
    const ids = await names();
    expect(ids).toHaveLength(2);
    expect(await count('SELECT count(*)::int AS n FROM api_key')).toBe(1);
    api = new ApiClient(one.url, apiKey);
    await shared(ids);
    // Which of the two has which name shows when one of them leaves.
    await other.stop();
    const [id = ''] = await names();
    started.push({ ...one, id });
    const source = await makeSource(api);
    await makeRule(api, [deliverTo(await makeEndpoint(api, sink.url))]);
    load = startWebhookLoad(source.hooksPath, senders);
  }, 60_000);

  it('lose nothing when one is killed under load: the other has its work within 10 s', async () => {
    const [survivor] = started as [Instance];
    const doomed = await join();
    await shared([survivor.id, doomed.id]);
    load.sendTo(survivor.url);
    await waitFor('both to claim deliveries', async () => {
      const claimants = 'SELECT count(DISTINCT claimed_by)::int AS n FROM delivery';
      return (await count(`${claimants} WHERE claimed_by IS NOT NULL`)) === 2;
    });
    await doomed.kill();
    const takenOverMs = await timeUntilTakenOver(doomed.id);
    expect(takenOverMs).toBeLessThan(takeoverMaxMs);
    await waitFor('the dead one to be forgotten', async () => (await names()).length === 1);
    load.sendTo(undefined);
    await expectWhole();
  }, 90_000);

  it('give one that joins a share, and take it back in 3 s when it ends in order', async () => {
    const [first] = started as [Instance];
    const second = await join();
    const third = await join();
    const all = await shared([first.id, second.id, third.id]);
    expect(all.length).toBeGreaterThanOrEqual(3);
    load.sendTo(first.url);
    const exited = once(third.child, 'exit');
    third.child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(await ownersOf(third.id)).toEqual([]);
    const startedAt = performance.now();
    await shared([first.id, second.id]);
    expect(performance.now() - startedAt).toBeLessThan(handoverMaxMs);
    load.sendTo(undefined);
    await expectWhole();
  }, 90_000);

  it('let one that stood still store nothing stale, and take part again later', async () => {
    const [first] = started as [Instance];
    const second = started[2]!;
    load.sendTo(first.url);
    await shared([first.id, second.id]);
    second.child.kill('SIGSTOP');
    const takenOver = timeUntilTakenOver(second.id);
    await pause(frozenMs);
    expect(await takenOver).toBeLessThan(takeoverMaxMs);
    const epochs = await rows<{ id: string; epoch: number }>('SELECT id, epoch FROM reaction');
    second.child.kill('SIGCONT');
    await shared([first.id, second.id]);
    const now = await rows<{ id: string; epoch: number }>('SELECT id, epoch FROM reaction');
    expect(now).not.toEqual(epochs);
    load.sendTo(undefined);
    await expectWhole();
  }, 90_000);
});

const receivedEvents =
  "SELECT count(*)::int AS n FROM event_log WHERE name = 'communication.webhook-received'";
const deliveredEvents = "SELECT count(*)::int AS n FROM delivery WHERE state = 'delivered'";

/** Matches stand in the log in the order of their causes, whoever worked the reaction. */
const matches = `SELECT count(*)::int AS n FROM (
  SELECT cause.position, lag(cause.position) OVER (ORDER BY effect.position) AS former
  FROM event_log AS effect JOIN event_log AS cause ON cause.id = effect.causation_id
  WHERE effect.name = 'communication.rule-matched'`;
