/**
 * What stands beside the data of every event in the log: the attributes of CloudEvents 1.0, its
 * extensions for partitioning and tracing, and where the event comes from.
 */
export const eventHeaders = {
  type: 'object',
  required: ['specversion', 'id', 'source', 'type', 'time', 'partitionkey', 'tenant'],
  properties: {
    specversion: { type: 'string', const: '1.0' },
    id: { type: 'string', description: 'Id of the event, `evt_…`; the same wherever it is seen.' },
    source: { type: 'string', description: 'Where it happened, a URI reference.' },
    type: {
      type: 'string',
      description: 'What users match on; the name of the contract if not set.',
    },
    subject: { type: 'string', description: 'What it is about, within the source.' },
    time: { type: 'string', format: 'date-time', description: 'When it was appended to the log.' },
    partitionkey: { type: 'string', description: 'Events of one key are handled in log order.' },
    traceparent: { type: 'string', description: 'W3C trace context of the work that made it.' },
    tenant: { type: 'string', description: 'Whose event it is.' },
    correlationid: { type: 'string', description: 'One id for all that one outside cause led to.' },
    causationid: { type: 'string', description: 'Id of the event that caused it.' },
  },
};

/** What all events have in common. */
export const eventTrait = {
  headers: { $ref: '#/components/schemas/eventHeaders' },
  correlationId: {
    description: 'One id for all that one outside cause led to.',
    location: '$message.header#/correlationid',
  },
};
