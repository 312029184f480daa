import { defineErrors } from '#shared-kernel/domain/domain-error.js';

/** Faults of queued commands and schedules. */
export const scheduleErrors = defineErrors('schedules', {
  claimLost: {
    status: 409,
    title: 'Another run took this work over',
    remedy: 'Nothing was stored. The other run, or a person who cancelled it, decides.',
  },
  unknownCommand: {
    status: 500,
    title: 'No handler in this version knows the queued command',
    remedy: 'Start a version of the program that knows the command, then retry it.',
  },
  inputTooLarge: {
    status: 500,
    title: 'The input of a command is too large for the queue',
    remedy: 'Store the data where it belongs and queue its id.',
  },
  commandNotFound: {
    status: 404,
    title: 'There is no such queued command',
    remedy: 'List the queued commands; finished ones are forgotten after a while.',
  },
  commandNotDead: {
    status: 409,
    title: 'Only a dead command can be retried',
    remedy: 'Read the command again: it waits for its time, is done or was cancelled.',
  },
  commandNotCancellable: {
    status: 409,
    title: 'The command has ended already',
    remedy: 'Read the command again; what it did stands in the timeline of its trace.',
  },
  scheduleNotFound: {
    status: 404,
    title: 'There is no such schedule',
    remedy: 'List the schedules.',
  },
});
