import { QueryBus } from '@nestjs/cqrs';
import type { NewEvent } from '#shared-kernel/contracts/event-contract.js';
import { EventLog } from '#shared-kernel/messaging/event-log.js';
import { Meter } from '#shared-kernel/observability/meter.js';
import { Store } from '#shared-kernel/persistence/store.js';
import { type ModuleApp, startModuleApp } from '../../../test/support/module-app.js';
import {
  accepted,
  matched,
  matchOf,
  notificationsApi,
  type NotificationView,
  refused,
  ScriptedMailer,
} from '../../../test/support/notifications-app.js';
import { expectProblem } from '../../../test/support/request.js';
import { startMailSink } from '../../../tools/support/mail-sink.js';
import { waitFor } from '../../../tools/support/wait-for.js';
import { CheckTemplate } from './contracts/check-template.query.js';
import { NotificationsOfEvent } from './contracts/notifications-of-event.query.js';
import { Mailer, type OutgoingMail } from './domain/mailer.js';
import { NotificationsModule } from './notifications.module.js';

describe('notifications', () => {
  const mailer = new ScriptedMailer();
  let running: ModuleApp;
  let api: ReturnType<typeof notificationsApi>;
  beforeAll(async () => {
    running = await startModuleApp({
      modules: [NotificationsModule],
      replaced: [[Mailer, mailer]],
    });
    api = notificationsApi(running);
  });
  beforeEach(() => {
    mailer.sent.length = 0;
    mailer.answer = () => accepted;
  });
  afterAll(() => running.close());

  it('sends a mail for each email action, rendered from the event, in its trace', async () => {
    const match = matched([{}, { text: '{{ rule.id }} {{ rule.name }}' }]);
    await api.commit(match.events);
    const sent = await api.settled(match.eventId, 'sent', 2);
    const first = sent.find(({ text }) => text === '7');
    const second = sent.find(({ text }) => text !== '7');
    expect(first).toMatchObject({
      id: expect.stringMatching(/^ntf_/),
      channel: 'email',
      ruleId: 'rul_1',
      to: ['a@example.com'],
      subject: 'On shop.sale',
      text: '7',
      html: null,
      dueAt: null,
      reason: null,
      attempts: [
        {
          number: 1,
          accepted: true,
          response: '250 ok (refused for b@example.com)',
          startedAt: expect.any(String),
        },
      ],
    });
    expect(second!['text']).toBe('rul_1 Sales');
    const row = await running.app.get(EventLog).find(match.eventId);
    const mail = mailer.sent.find(({ notificationId }) => notificationId === first!.id);
    expect(mail).toMatchObject({ eventId: match.eventId, subject: 'On shop.sale', text: '7' });
    const matchRow = await running.app.get(Store).list<{ traceparent: string }>({
      sql: 'SELECT traceparent FROM event_log WHERE name = ? ORDER BY position DESC LIMIT 1',
      parameters: ['communication.rule-matched'],
    });
    expect(row).toBeDefined();
    expect(mail?.traceparent?.split('-')[1]).toBe(matchRow[0]!.traceparent.split('-')[1]);
  });

  it('makes no second notification when a match is replayed', async () => {
    const match = matched([{}, { text: '{% for %}' }]);
    await api.commit(match.events);
    const sent = await api.settled(match.eventId, 'sent');
    await api.commit([matchOf(match.eventId, [{}, { text: '{% for %}' }])]);
    const next = matched([{}]);
    await api.commit(next.events);
    await api.settled(next.eventId, 'sent');
    const { items } = await api.list(`?eventId=${match.eventId}`);
    expect(items.map(({ state }) => state).sort()).toEqual(['exhausted', 'sent']);
    expect(await api.read(sent[0]!.id)).toEqual(sent[0]);
    const attempts = await running.app.get(Store).list<{ id: string }>({
      sql: `SELECT notification_id FROM notification_attempt
            WHERE notification_id NOT IN (SELECT id FROM notification)`,
      parameters: [],
    });
    expect(attempts).toEqual([]);
  });

  it('keeps a template that cannot be rendered as an exhausted notification', async () => {
    const match = matched([{ text: '{{ event.data | nothing }}' }]);
    await api.commit(match.events);
    const [view] = await api.settled(match.eventId, 'exhausted');
    expect(view).toMatchObject({ subject: 'On {{ event.type }}', text: null, attemptsMade: 1 });
    expect(view!['reason']).toContain('nothing');
    expect(view!.attempts).toMatchObject([{ accepted: false, response: view!['reason'] }]);
    const retry = await api.call(`/${view!.id}/retry`, 'POST');
    expectProblem(retry, 'notifications.notification-not-retryable');
    expect(mailer.sent).toEqual([]);
  });

  it('gives up a mail that the server will never take, until a person retries it', async () => {
    mailer.answer = () => refused;
    const match = matched([{}]);
    await api.commit(match.events);
    const [given] = await api.settled(match.eventId, 'exhausted');
    expect(given).toMatchObject({ reason: '550: no such user', attemptsMade: 1 });

    mailer.answer = () => accepted;
    const retried = await api.call(`/${given!.id}/retry`, 'POST');
    expect(retried.status).toBe(202);
    expect(retried.json<NotificationView>()).toMatchObject({
      state: 'due',
      dueAt: expect.any(String),
    });
    const [sent] = await api.settled(match.eventId, 'sent');
    expect(sent!.attempts.map(({ number, accepted: taken }) => [number, taken])).toEqual([
      [1, false],
      [2, true],
    ]);
    const again = await api.call(`/${given!.id}/retry`, 'POST');
    expectProblem(again, 'notifications.notification-not-retryable');
    const { body } = await running.app.get(Meter).expose();
    expect(body).toMatch(
      /signalbox_notifications_total\{channel="email",outcome="exhausted"\} [1-9]/,
    );
    expect(body).toMatch(/signalbox_due_work\{effect="email"\} \d/);
  });

  it('keeps a mail due for its next try when the server may take it later', async () => {
    mailer.answer = () => ({ ...refused, permanent: false, code: '451' });
    const match = matched([{}]);
    await api.commit(match.events);
    const due = await waitFor('a try', async () => {
      const [item] = (await api.list(`?eventId=${match.eventId}&state=due`)).items;
      return item !== undefined && item['attemptsMade'] === 1 ? item : undefined;
    });
    expect(Date.parse(String(due['dueAt']))).toBeGreaterThan(Date.now() + 5_000);
    expect(due['reason']).toBeNull();
  });

  it('lets only the newest claim settle', async () => {
    const store = running.app.get(Store);
    mailer.answer = async ({ notificationId: id }) => {
      const sql = 'UPDATE notification SET claims = claims + 1 WHERE id = ?';
      await store.commit([{ statement: { sql, parameters: [id] }, expect: 'any' }]);
      return accepted;
    };
    const match = matched([{}]);
    await api.commit(match.events);
    await waitFor('a try', () => mailer.sent.length > 0);
    mailer.answer = () => accepted;
    const next = matched([{}]);
    await api.commit(next.events);
    await api.settled(next.eventId, 'sent');
    const [lost] = (await api.list(`?eventId=${match.eventId}`)).items;
    expect(lost).toMatchObject({ state: 'due', attemptsMade: 0 });
  });

  it('reads as data what is JSON, and the facts of our own events', async () => {
    const text = '{{ event.data.n }}/{{ event.data }}';
    const cases: [NewEvent['payload'] | null, string][] = [
      [{ bytes: Buffer.from(' {"n":1}'), contentType: 'text/plain' }, '1/{"n":1}'],
      [{ bytes: Buffer.from('n=1'), contentType: 'text/plain' }, '/'],
      [{ bytes: Buffer.from('{"n":'), contentType: 'application/json' }, '/'],
      [{ bytes: Buffer.from('[3]'), contentType: null }, '/3'],
      [null, '/'],
    ];
    for (const [payload, expected] of cases) {
      const match = matched([{ text }], payload);
      await api.commit(match.events);
      const [sent] = await api.settled(match.eventId, 'sent');
      expect(sent!['text']).toBe(expected);
    }
    const own = matched([{}]);
    const ours = { ...own.events[0]!, type: 'communication.event-published' };
    const ask = matchOf(own.eventId, [{ text: '{{ event.data.cloudEventId }}' }]);
    await api.commit([ours, ask]);
    expect((await api.settled(own.eventId, 'sent'))[0]!['text']).toMatch(/^c\d+$/);
  });

  it('parks a match whose event is gone', async () => {
    await api.commit([matchOf('evt_gone', [{}])]);
    const store = running.app.get(Store);
    const parked = await waitFor('the parking', async () => {
      const sql = 'SELECT error_code FROM parked_event';
      const [row] = await store.list<{ error_code: string }>({ sql, parameters: [] });
      return row;
    });
    expect(parked.error_code).toBe('notifications.event-gone');
  });

  it('lists notifications newest first in pages, and knows no others', async () => {
    const first = await api.list('?limit=1&state=sent');
    const second = await api.list(`?limit=1&state=sent&cursor=${first.next}`);
    expect(first.items[0]!.id > second.items[0]!.id).toBe(true);
    expectProblem(await api.call('/ntf_x'), 'notifications.notification-not-found');
    expectProblem(await api.call('/ntf_x/retry', 'POST'), 'notifications.notification-not-found');
    expectProblem(await api.call('?state=lost'), 'http.invalid-request');
  });

  it('tells other modules about templates and about the notifications of an event', async () => {
    const queries = running.app.get(QueryBus);
    const broken = { subject: 'fine', text: '{% if %}', html: '{{ x | nothing }}' };
    const faults = await queries.execute(new CheckTemplate(broken));
    expect(faults.map(({ path }) => path)).toEqual(['text', 'html']);
    expect(await queries.execute(new CheckTemplate({ subject: 's', text: 't' }))).toEqual([]);

    const match = matched([{}]);
    await api.commit(match.events);
    const [sent] = await api.settled(match.eventId, 'sent');
    const input = { tenant: 'default', eventId: match.eventId };
    expect(await queries.execute(new NotificationsOfEvent(input))).toEqual([
      {
        id: sent!.id,
        channel: 'email',
        ruleId: 'rul_1',
        to: ['a@example.com'],
        subject: 'On shop.sale',
        state: 'sent',
        createdAtMs: expect.any(Number),
        dueAtMs: null,
        waitsBecause: null,
        attempts: [
          {
            startedAtMs: expect.any(Number),
            durationMs: 1,
            response: '250 ok (refused for b@example.com)',
            accepted: true,
          },
        ],
      },
    ]);
    const other = new NotificationsOfEvent({ ...input, tenant: 'other' });
    expect(await queries.execute(other)).toEqual([]);
  });
});

describe('notifications without a mail server', () => {
  it('wait untouched and say why', async () => {
    const running = await startModuleApp({ modules: [NotificationsModule] });
    const api = notificationsApi(running);
    const match = matched([{}]);
    await api.commit(match.events);
    const [waiting] = await api.settled(match.eventId, 'due');
    expect(waiting).toMatchObject({ reason: 'SMTP_URL is not set', attempts: [] });
    const input = { tenant: 'default', eventId: match.eventId };
    const told = await running.app.get(QueryBus).execute(new NotificationsOfEvent(input));
    expect(told).toMatchObject([{ state: 'due', waitsBecause: 'SMTP_URL is not set' }]);
    const outcome = await running.app.get(Mailer).send({} as OutgoingMail);
    expect(outcome).toMatchObject({ kind: 'refused', message: 'SMTP_URL is not set' });
    await running.close();
  });
});

describe('notifications over SMTP', () => {
  it('reach a real mail server with a Message-ID that follows the notification', async () => {
    const sink = await startMailSink();
    const env = { SMTP_URL: sink.url, MAIL_FROM: 'Signalbox <box@example.com>' };
    const running = await startModuleApp({ modules: [NotificationsModule], env });
    const api = notificationsApi(running);
    const match = matched([{}]);
    await api.commit(match.events);
    const [sent] = await api.settled(match.eventId, 'sent');
    expect(sink.mails).toHaveLength(1);
    const [mail] = sink.mails;
    expect(mail?.messageId).toBe(`<${sent!.id}@signalbox>`);
    expect(mail?.subject).toBe('On shop.sale');
    expect(mail?.from?.text).toContain('box@example.com');
    expect(mail?.headers.get('x-signalbox-event-id')).toBe(match.eventId);
    await running.close();
    await sink.close();
  });
});
