import { EventPublished } from '#communication/event-processing/contracts/event-published.event.js';
import { RuleMatched } from '#communication/event-processing/contracts/rule-matched.event.js';
import {
  Mailer,
  type MailOutcome,
  type OutgoingMail,
} from '#communication/notifications/domain/mailer.js';
import type { NewEvent } from '#shared-kernel/contracts/event-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { waitFor } from '../../tools/support/wait-for.js';
import type { ModuleApp } from './module-app.js';
import { request } from './request.js';

export interface NotificationView {
  readonly id: string;
  readonly state: string;
  readonly attempts: readonly Record<string, unknown>[];
  readonly [field: string]: unknown;
}

/** A mail server whose answers the test decides. */
export class ScriptedMailer extends Mailer {
  override readonly unavailableBecause = null;
  readonly sent: OutgoingMail[] = [];
  answer: (mail: OutgoingMail) => MailOutcome | Promise<MailOutcome> = () => accepted;

  override async send(mail: OutgoingMail): Promise<MailOutcome> {
    this.sent.push(mail);
    return this.answer(mail);
  }
}

export const accepted: MailOutcome = {
  kind: 'accepted',
  response: '250 ok',
  rejected: ['b@example.com'],
  durationMs: 1,
};
export const refused: MailOutcome = {
  kind: 'refused',
  permanent: true,
  code: '550',
  message: 'no such user',
  durationMs: 1,
};
const template = {
  to: ['a@example.com'],
  subject: 'On {{ event.type }}',
  text: '{{ event.data.n }}',
};

let events = 0;

/** An event, and the match that asks for these mails about it. */
export function matched(
  actions: readonly Partial<typeof template>[],
  payload: NewEvent['payload'] | null = {
    bytes: Buffer.from('{"n":7}'),
    contentType: 'application/json',
  },
): { eventId: string; events: NewEvent[] } {
  const number = ++events;
  const eventId = `evt_${String(number).padStart(32, '0')}`;
  const data = { cloudEventId: `c${number}`, timeMs: null, dataSchema: null, extensions: {} };
  const base = { tenant: 'default', id: eventId, type: 'shop.sale', source: '/shop', data };
  const event = EventPublished.of(payload === null ? base : { ...base, payload });
  return { eventId, events: [event, matchOf(eventId, actions)] };
}

export function matchOf(eventId: string, actions: readonly Partial<typeof template>[]): NewEvent {
  return RuleMatched.of({
    tenant: 'default',
    data: {
      eventId,
      eventType: 'shop.sale',
      ruleId: 'rul_1',
      ruleName: 'Sales',
      actions: [
        { kind: 'deliver', endpointId: 'end_1' },
        ...actions.map((action) => ({ kind: 'email' as const, ...template, ...action })),
      ],
    },
  });
}

export function notificationsApi(running: ModuleApp) {
  const { url, apiKey, app } = running;
  const call = (path: string, method = 'GET') =>
    request(`${url}/v1/notifications${path}`, { apiKey, method });
  const list = async (query: string) =>
    (await call(query)).json<{ items: NotificationView[]; next: string | null }>();
  const read = async (id: string) => (await call(`/${id}`)).json<NotificationView>();
  return {
    call,
    list,
    read,
    commit: (decided: NewEvent[]) => app.get(EventLog).commit({ events: decided }),
    /** The notifications of the event once all of them are in this state. */
    settled: (eventId: string, state: string, count = 1) =>
      waitFor(`${count} ${state}`, async () => {
        const { items } = await list(`?eventId=${eventId}&state=${state}`);
        return items.length === count ? Promise.all(items.map(({ id }) => read(id))) : undefined;
      }),
  };
}
