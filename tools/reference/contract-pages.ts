import { z } from 'zod';
import type { EventContract } from '#shared-kernel/contracts/event-contract.js';
import type { MessageContract } from '#shared-kernel/contracts/message-contract.js';
import { findContracts, type FoundContract } from './find-contracts.ts';
import { code, page, table } from './markdown.ts';

/** Commands and queries have not needed a second version yet. */
const messageVersion = 1;

/**
 * The overview of all contracts and one JSON document for each, by file name below
 * `docs/reference/`.
 */
export async function contractPages(): Promise<Map<string, string>> {
  const found = await findContracts();
  const documents = found.map(({ contract }) => {
    return [
      `contracts/${fileOf(contract)}`,
      `${JSON.stringify(documentOf(contract), null, 2)}\n`,
    ] as const;
  });
  return new Map([['contracts.md', overview(found)], ...documents]);
}

function overview(found: readonly FoundContract[]): string {
  const events = found.filter(({ contract }) => contract.kind === 'event');
  const messages = found.filter(({ contract }) => contract.kind !== 'event');
  return page(
    '# Contracts',
    'The messages that cross the border of a module, checked where they are sent and where they ' +
      'are handled. Each has a JSON Schema; a breaking change is a new version.',
    '## Events',
    table(
      ['Event', 'Version', 'What happened', 'In order by', 'Since', 'Declared in'],
      events.map(({ file, contract }) => {
        const event = contract as EventContract;
        const { summary, version, since } = event;
        return [
          linkOf(contract),
          String(version),
          summary,
          code(keyOf(event)),
          since,
          placeOf(file),
        ];
      }),
    ),
    '## Commands and queries',
    table(
      ['Message', 'Kind', 'Answered by', 'Declared in'],
      messages.map(({ file, contract }) => [
        linkOf(contract),
        contract.kind,
        file.split('/').slice(0, 2).join('/'),
        placeOf(file),
      ]),
    ),
  );
}

function documentOf(contract: FoundContract['contract']): object {
  if (contract.kind === 'event') {
    const { kind, name, version, summary, since, deprecated, schema, examples } = contract;
    return {
      kind,
      name,
      version,
      summary,
      since,
      ...(deprecated === undefined ? {} : { deprecated }),
      key: keyOf(contract),
      // What stands in the log, and what reactions read.
      schema: schemaOf(schema, 'output'),
      examples,
    };
  }
  const { kind, name, input, result } = contract;
  return {
    kind,
    name,
    version: messageVersion,
    input: schemaOf(input, 'input'),
    result: schemaOf(result, 'output'),
  };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  return z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' });
}

/** The field of the data that orders the event's handling, as its first example shows it. */
function keyOf({ name, key, examples: [example] }: EventContract): string {
  const fields = Object.entries(z.record(z.string(), z.unknown()).parse(example));
  const value = key(example);
  const field = fields.find(([, candidate]) => candidate === value);
  if (field === undefined) throw new Error(`no example of ${name} shows what orders it`);
  return field[0];
}

function fileOf(contract: EventContract | MessageContract): string {
  const version = contract.kind === 'event' ? contract.version : messageVersion;
  return `${contract.name}.v${version}.json`;
}

function linkOf(contract: FoundContract['contract']): string {
  return `[${contract.name}](contracts/${fileOf(contract)})`;
}

function placeOf(file: string): string {
  return `[${file.slice(file.lastIndexOf('/') + 1)}](../../src/${file})`;
}
