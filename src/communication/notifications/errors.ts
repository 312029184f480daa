import { defineErrors } from '#shared-kernel/domain/domain-error.js';

/** What clients of notifications can do wrong, and what they should do about it. */
export const notificationErrors = defineErrors('notifications', {
  notificationNotFound: {
    status: 404,
    title: 'There is no such notification',
    remedy: 'Take the id from the list of notifications.',
  },
  invalidTemplate: {
    status: 400,
    title: 'A mail template is not valid Liquid',
    remedy: 'Correct the template at the line and column that the field fault names.',
  },
  renderFailed: {
    status: 422,
    title: 'A mail template could not be rendered for this event',
    remedy: 'Simplify the template: its time and memory are limited, and values must be printable.',
  },
  notificationNotRetryable: {
    status: 409,
    title: 'The notification cannot be tried again',
    remedy: 'Only one that has ended without being sent can; mend a broken template in its rule.',
  },
  mailNotAccepted: {
    status: 424,
    title: 'The mail server did not take a mail',
    remedy: 'Nothing, if it is tried again by itself; else read why, mend it, and retry by hand.',
  },
  eventGone: {
    status: 410,
    title: 'The event that a notification is about is gone',
    remedy: 'Skip the match: what it would tell about is no longer stored.',
  },
});
