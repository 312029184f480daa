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
  operatorOnly: {
    status: 403,
    title: 'Reactions belong to the operator',
    remedy: 'Use an API key of the operator; reactions work for all tenants.',
  },
  reactionNotFound: {
    status: 404,
    title: 'There is no such reaction',
    remedy: 'List the reactions to find its id.',
  },
  parkedEventNotFound: {
    status: 404,
    title: 'The reaction has no such parked event',
    remedy: 'List its parked events; one that was handled or skipped is not among them any more.',
  },
  replayNotFound: {
    status: 404,
    title: 'The reaction has no such replay',
    remedy: 'List its replays to find the id.',
  },
  eventWaits: {
    status: 409,
    title: 'The event waits behind another one of its key',
    remedy: 'Retry, edit or skip the parked event in front of it; this one follows by itself.',
  },
  replayHasEnded: {
    status: 409,
    title: 'The replay has ended',
    remedy: 'Only a replay that runs can be cancelled. What it did stands.',
  },
  tooManyReplays: {
    status: 409,
    title: 'Too many replays of this reaction wait for their turn',
    remedy: 'Wait until one ends, or cancel one.',
  },
  editedDataInvalid: {
    status: 422,
    title: 'The edited data does not fit the contract of the event',
    remedy: 'Correct the fields that the answer names; the contract stands in the reference.',
  },
  replayRangeInvalid: {
    status: 422,
    title: 'The range of the replay cannot be found in the log',
    remedy: 'Name positions, times or ids of events that the log has, the earlier one first.',
  },
  replayReachesRemoved: {
    status: 422,
    title: 'The replay reaches back to events that are not in the log any more',
    remedy: 'Begin at the position that the answer names, or leave the beginning out.',
  },
  replayIsEmpty: {
    status: 422,
    title: 'The replay has no events',
    remedy: 'Widen the range or the filters; a dry run counts without changing anything.',
  },
});
