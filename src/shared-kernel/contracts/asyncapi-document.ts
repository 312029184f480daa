import { idOf, producerOf, type PublishedContract, type PublishedMessage } from './contract.js';
import { jsonSchemaOf } from './contract-document.js';
import type { EventContract } from './event-contract.js';
import { eventHeaders, eventTrait } from './asyncapi-headers.js';

/** A reaction, and the events that it receives. */
export interface EventReceiver {
  /** The reaction's stable id. */
  readonly id: string;
  readonly events: readonly EventContract[];
}

interface AsyncApiParts {
  /** Release of the program. */
  readonly version: string;
  readonly contracts: readonly PublishedContract[];
  readonly receivers: readonly EventReceiver[];
}

type Members = Record<string, object>;
type Reference = { readonly $ref: string };

/**
 * The AsyncAPI 3.1 document of the program (https://www.asyncapi.com/docs/reference): a channel for
 * each event, sent by the module that declares it and received by reactions, and a channel with a
 * reply for each command and query that modules send each other.
 */
export function asyncApiDocument({ version, contracts, receivers }: AsyncApiParts): object {
  const events = contracts.filter((contract) => contract.kind === 'event');
  const messages = contracts.filter((contract) => contract.kind !== 'event');
  const tags = new Set(contracts.map(producerOf));
  return {
    asyncapi: '3.1.0',
    id: 'urn:signalbox',
    info: {
      title: 'Signalbox',
      version,
      description: 'The messages that cross the borders of the modules of Signalbox.',
      contact: { name: 'Whoever runs this Signalbox' },
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
      tags: [...tags].sort().map((name) => ({ name, description: `The module ${name}.` })),
    },
    defaultContentType: 'application/json',
    channels: { ...eventChannels(events), ...messageChannels(messages) },
    operations: {
      ...sendOperations(events),
      ...receiveOperations(receivers),
      ...answerOperations(messages),
    },
    components: {
      schemas: { eventHeaders },
      messageTraits: { event: eventTrait },
      messages: {
        ...Object.fromEntries(events.map((event) => [keyOf(event), eventMessage(event)])),
        ...Object.fromEntries(messages.flatMap(messageParts)),
      },
    },
  };
}

function eventChannels(events: readonly EventContract[]): Members {
  return Object.fromEntries(
    [...Map.groupBy(events, ({ name }) => name)].map(([name, versions]) => [
      name,
      {
        address: name,
        title: name,
        summary: versions.at(-1)?.summary,
        messages: Object.fromEntries(
          versions.map((event) => [keyOf(event), componentOf(keyOf(event))]),
        ),
      },
    ]),
  );
}

function messageChannels(messages: readonly PublishedMessage[]): Members {
  return Object.fromEntries(
    messages.flatMap((message) => {
      const { summary } = message;
      const address = keyOf(message);
      return (['input', 'result'] as const).map((part) => [
        `${address}.${part}`,
        {
          address: part === 'input' ? address : `${address}.result`,
          title: idOf(message),
          summary,
          messages: { [part]: componentOf(`${address}.${part}`) },
        },
      ]);
    }),
  );
}

function sendOperations(events: readonly EventContract[]): Members {
  return Object.fromEntries(
    events.map((event) => [
      `send.${keyOf(event)}`,
      {
        action: 'send',
        title: `${producerOf(event)} publishes ${idOf(event)}`,
        summary: event.summary,
        channel: channelOf(event.name),
        messages: [messageOf(event.name, keyOf(event))],
        tags: [{ name: producerOf(event) }],
      },
    ]),
  );
}

function receiveOperations(receivers: readonly EventReceiver[]): Members {
  return Object.fromEntries(
    receivers.flatMap(({ id, events }) =>
      [...Map.groupBy(events, ({ name }) => name)].map(([name, versions]) => [
        `receive.${id}.${name}`,
        {
          action: 'receive',
          title: `${id} reacts to ${name}`,
          channel: channelOf(name),
          messages: versions.map((event) => messageOf(name, keyOf(event))),
          tags: [{ name: id.slice(0, id.indexOf('.')) }],
        },
      ]),
    ),
  );
}

function answerOperations(messages: readonly PublishedMessage[]): Members {
  return Object.fromEntries(
    messages.map((message) => {
      const key = keyOf(message);
      return [
        `answer.${key}`,
        {
          action: 'receive',
          title: `${producerOf(message)} answers the ${message.kind} ${idOf(message)}`,
          summary: message.summary,
          channel: channelOf(`${key}.input`),
          messages: [messageOf(`${key}.input`, 'input')],
          reply: {
            channel: channelOf(`${key}.result`),
            messages: [messageOf(`${key}.result`, 'result')],
          },
          tags: [{ name: producerOf(message) }],
        },
      ];
    }),
  );
}

function eventMessage(event: EventContract): object {
  return {
    ...headOf(event),
    contentType: 'application/json',
    traits: [{ $ref: '#/components/messageTraits/event' }],
    payload: payloadOf(event, jsonSchemaOf(event.schema, 'output', 'draft-7')),
    examples: event.examples.map((payload, index) => ({ name: `example-${index + 1}`, payload })),
  };
}

function messageParts(message: PublishedMessage): [string, object][] {
  const schemas = {
    input: jsonSchemaOf(message.input, 'input', 'draft-7'),
    result: jsonSchemaOf(message.result, 'output', 'draft-7'),
  };
  return (['input', 'result'] as const).map((part) => [
    `${keyOf(message)}.${part}`,
    {
      ...headOf(message),
      title: `${idOf(message)}, ${part}`,
      contentType: 'application/json',
      payload: payloadOf(message, schemas[part]),
      examples: message.examples.map((example, index) => ({
        name: `example-${index + 1}`,
        payload: example[part],
      })),
    },
  ]);
}

function headOf(contract: PublishedContract): object {
  const { summary, deprecated } = contract;
  return {
    name: keyOf(contract),
    title: idOf(contract),
    summary,
    ...(deprecated && {
      description: `Deprecated since ${deprecated.since}; use ${deprecated.use}.`,
      tags: [{ name: 'deprecated', description: `May be removed from ${deprecated.sunset} on.` }],
      'x-deprecated': deprecated,
    }),
  };
}

function payloadOf({ deprecated }: PublishedContract, schema: object): object {
  const { $schema: _draft, ...payload } = schema as Record<string, unknown>;
  return { ...payload, ...(deprecated && { deprecated: true }) };
}

/** Names of members may have no `@`. */
function keyOf({ name, version }: PublishedContract): string {
  return `${name}.v${version}`;
}

function componentOf(key: string): Reference {
  return { $ref: `#/components/messages/${key}` };
}

function channelOf(channel: string): Reference {
  return { $ref: `#/channels/${channel}` };
}

function messageOf(channel: string, message: string): Reference {
  return { $ref: `#/channels/${channel}/messages/${message}` };
}
