import type { EventLog } from '#shared-kernel/messaging/event-log.js';
import { storageErrors } from '#shared-kernel/persistence/storage-errors.js';
import { PayloadWatch } from '../domain/payload-watch.js';
import { type FirstWebhook, type Webhook, WebhookInbox } from '../domain/webhook-inbox.js';
import { WebhookIntake } from './webhook-intake.js';

const webhook: Webhook = {
  id: 'whk_1',
  tenant: 'default',
  sourceId: 'src_1',
  eventId: 'evt_1',
  provider: 'github',
  eventType: 'github.push',
  deliveryId: '1',
  dedupeKey: 'id:1',
  contentType: 'application/json',
  headers: {},
  flags: [],
  bodyBytes: 14,
  secretId: 'sec_1',
  receivedAtMs: 0,
};

/** Answers what it is told about first ones. */
class ToldInbox extends WebhookInbox {
  constructor(private readonly first: () => Promise<FirstWebhook | undefined>) {
    super();
  }
  add = () => [];
  byDedupeKey = () => this.first();
  byId = () => Promise.resolve(undefined);
  byEventId = () => Promise.resolve(undefined);
  list = () => Promise.resolve({ items: [], next: null });
  noteSecretUse = () => [];
  secretUses = () => Promise.resolve(new Map<string, number>());
}

class Looks extends PayloadWatch {
  readonly seen: unknown[] = [];
  look(_webhook: unknown, json: unknown): void {
    this.seen.push(json);
  }
}

/** Takes one webhook. @param committed the outcomes of commits, in order */
function take(
  committed: readonly (boolean | Error)[],
  first: () => Promise<FirstWebhook | undefined>,
) {
  const outcomes = [...committed];
  const log = {
    tryCommit: () => {
      const outcome = outcomes.shift() ?? false;
      if (outcome instanceof Error) return Promise.reject(outcome);
      return Promise.resolve({ committed: outcome, conflict: 'webhook-is-new', rows: [] });
    },
  } as unknown as EventLog;
  const watch = new Looks();
  const json = { ref: 'main' };
  const accepted = { kind: 'webhook', webhook, json } as const;
  const body = Buffer.from(JSON.stringify(json));
  const intake = new WebhookIntake(new ToldInbox(first), watch, log).take(accepted, body);
  return { intake, watch, left: outcomes };
}

const nobody = () => Promise.resolve(undefined);
const known = { id: 'whk_0', eventId: 'evt_0' };

describe('a webhook that may repeat another', () => {
  it('is new, and its payload is looked at, when it could be stored', async () => {
    const { intake, watch } = take([true], nobody);
    expect(await intake).toMatchObject({ outcome: 'accepted', webhookId: 'whk_1' });
    expect(watch.seen).toEqual([{ ref: 'main' }]);
  });

  it('is a repeat when the first one is there, and teaches nothing', async () => {
    const { intake, watch } = take([false], () => Promise.resolve(known));
    expect(await intake).toMatchObject({ outcome: 'duplicate', webhookId: 'whk_0' });
    expect(watch.seen).toEqual([]);
  });

  it('is stored when the first one was forgotten between two looks', async () => {
    const { intake, left } = take([false, true], nobody);
    expect(await intake).toMatchObject({ outcome: 'accepted' });
    expect(left).toEqual([]);
  });

  it('is neither when nobody can tell: the sender has to send it again', async () => {
    const { intake } = take([], nobody);
    await expect(intake).rejects.toMatchObject({
      code: storageErrors.unavailable.code,
      definition: { status: 503 },
      retryAfterSeconds: 1,
    });
  });

  it.each([
    ['the commit', [storageErrors.unavailable('Gone.')], nobody],
    [
      'the look for the first one',
      [false],
      () => Promise.reject(storageErrors.unavailable('Gone.')),
    ],
  ] as const)('is neither when the store fails at %s', async (_what, committed, first) => {
    await expect(take(committed, first).intake).rejects.toMatchObject({
      code: storageErrors.unavailable.code,
    });
  });
});
