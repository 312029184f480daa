import { defineErrors } from '#shared-kernel/domain/domain-error.js';

/** What clients of events and rules can do wrong, and what they should do about it. */
export const eventErrors = defineErrors('event-processing', {
  invalidCloudEvent: {
    status: 400,
    title: 'The request is not a valid CloudEvent',
    remedy: 'Correct the fields that `fields` names; the rules are those of CloudEvents 1.0.',
  },
  eventNotFound: {
    status: 404,
    title: 'There is no such event',
    remedy: 'Take the id from the list of events.',
  },
  eventArchived: {
    status: 410,
    title: 'The event left the log for the archive',
    remedy: 'Read it from the archive: npm run cli -- archive export --from TIME --to TIME',
  },
  ruleNotFound: {
    status: 404,
    title: 'There is no such rule',
    remedy: 'Check the id, or list the rules.',
  },
  unknownEndpoint: {
    status: 400,
    title: 'The rule names an endpoint that does not exist',
    remedy: 'Create the endpoint first, or correct its id in the action.',
  },
  invalidTemplate: {
    status: 400,
    title: 'A template of the rule cannot be used',
    remedy: 'Correct the template at the place that the field fault names.',
  },
  tooManyRules: {
    status: 409,
    title: 'The tenant has as many rules as it may have',
    remedy: 'Remove rules that are not used, or join rules that do the same.',
  },
  eventNotMatched: {
    status: 409,
    title: 'Rules are not asked about this event',
    remedy: 'Take an event that came from outside, or one that a rule may name.',
  },
});
