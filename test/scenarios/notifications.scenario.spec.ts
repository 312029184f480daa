import { Mailer } from '#communication/notifications/domain/mailer.js';
import { NotificationsModule } from '#communication/notifications/notifications.module.js';
import { FindNotifications } from '#communication/notifications/queries/find-notifications.js';
import { matched, ScriptedMailer } from '../support/notifications-app.ts';
import type { Faults } from '../support/scenario/play-scenario.ts';
import { crashPoints } from '../support/scenario/faulty-store.ts';
import { manySeedsTimeoutMs, scenario } from '../support/scenario/scenario.ts';

const all = new FindNotifications({ tenant: 'default', limit: 50 });
const reaction = 'notifications.queue-mail-when-rule-matched';
const hourMs = 3_600_000;

const withMailer = (mailer: Mailer) =>
  scenario(NotificationsModule, { replaced: [[Mailer, mailer]] });

it('a rule that asks for a mail becomes a mail that is rendered and sent', () => {
  const mailer = new ScriptedMailer();
  const { events, eventId } = matched([{}]);
  return withMailer(mailer)
    .when(...events)
    .then.expectState(all, { items: [{ eventId, state: 'sent', subject: 'On shop.sale' }] })
    .expectThat(() => expect(mailer.sent).toMatchObject([{ eventId, text: '7' }]))
    .andNoOther('*')
    .verify();
});

it('without a mail server the mail waits and nobody tries it', () => {
  const { events } = matched([{}]);
  return scenario(NotificationsModule)
    .when(...events)
    .then.expectState(all, { items: [{ state: 'due', attemptsMade: 0 }] })
    .afterMs(24 * hourMs)
    .expectState(all, { items: [{ state: 'due', attemptsMade: 0 }] })
    .verify();
});

it('a match about an event that is gone is put aside with that reason', () => {
  const { events } = matched([{}]);
  return withMailer(new ScriptedMailer())
    .when(events[1]!)
    .then.expectParked(reaction, 'notifications.event-gone')
    .expectState(all, { items: [] })
    .verify();
});

describe('under faults', () => {
  const oneMail = (faults: Faults) => {
    const mailer = new ScriptedMailer();
    const { events, eventId } = matched([{}]);
    const other = matched([{}]);
    return withMailer(mailer)
      .given(events[0]!, other.events[0]!)
      .when(events[1]!, other.events[1]!)
      .withFaults(faults)
      .repeat({ seeds: 12 })
      .then.afterMs(hourMs)
      .expectState(all, { items: [{ state: 'sent' }, { state: 'sent' }] })
      .andNoOther('*')
      .expectThat(() => {
        // A try may be repeated after a crash; its Message-ID then stays the same.
        const ids = mailer.sent.splice(0).map((mail) => `${mail.eventId} ${mail.notificationId}`);
        expect(new Set(ids).size).toBe(2);
        expect(ids.some((id) => id.startsWith(eventId))).toBe(true);
      })
      .verify();
  };

  it(
    'a rule that matched twice sends one mail',
    () => oneMail({ duplicate: 2, reorder: true }),
    manySeedsTimeoutMs,
  );

  it(
    'a process that dies anywhere sends no mail under a second id',
    () => oneMail({ crash: crashPoints, duplicate: 1, reorder: true }),
    manySeedsTimeoutMs,
  );
});
