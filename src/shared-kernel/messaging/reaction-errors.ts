import { defineErrors } from '#shared-kernel/domain/domain-error.js';

export const messagingErrors = defineErrors('messaging', {
  hopLimit: {
    status: 500,
    title: 'Too many reactions led to this event',
    remedy: 'Rules or reactions form a loop. Find it in the timeline of the event and cut it.',
  },
  unknownEvent: {
    status: 500,
    title: 'The event has no contract in this version',
    remedy: 'Start a version of the program that knows the event.',
  },
});
