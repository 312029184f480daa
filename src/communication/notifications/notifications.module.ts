import { Module } from '@nestjs/common';
import { Settings } from '#shared-kernel/config/settings.js';
import { NoMailer } from './adapters/no-mailer.js';
import { SmtpMailer } from './adapters/smtp-mailer.js';
import { StoredHistory } from './adapters/stored-history.js';
import { StoredOutbox } from './adapters/stored-outbox.js';
import { AttemptEmail } from './commands/attempt-email.js';
import { RetryNotificationHandler } from './commands/retry-notification.js';
import { Mailer } from './domain/mailer.js';
import { NotificationHistory } from './domain/notification-history.js';
import { NotificationOutbox } from './domain/notification-outbox.js';
import { NotificationsController } from './http/notifications.controller.js';
import { CheckTemplateHandler } from './queries/check-template.js';
import { FindNotificationsHandler } from './queries/find-notifications.js';
import { GetNotificationHandler } from './queries/get-notification.js';
import { NotificationsOfEventHandler } from './queries/notifications-of-event.js';
import { QueueMailWhenRuleMatched } from './reactions/queue-mail-when-rule-matched.js';

/** Tells people: mails from templates, sent from a durable outbox. */
@Module({
  controllers: [NotificationsController],
  providers: [
    { provide: NotificationOutbox, useClass: StoredOutbox },
    { provide: NotificationHistory, useClass: StoredHistory },
    { provide: Mailer, useFactory: mailerOf, inject: [Settings] },
    QueueMailWhenRuleMatched,
    AttemptEmail,
    RetryNotificationHandler,
    FindNotificationsHandler,
    GetNotificationHandler,
    NotificationsOfEventHandler,
    CheckTemplateHandler,
  ],
})
export class NotificationsModule {}

function mailerOf({ smtpUrl, mailFrom }: Settings): Mailer {
  return smtpUrl === undefined ? new NoMailer() : new SmtpMailer({ url: smtpUrl, from: mailFrom });
}
