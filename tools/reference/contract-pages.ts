import { type ContractDocument, documentOf } from '#shared-kernel/contracts/contract-document.js';
import { findContracts, type FoundContract } from './find-contracts.ts';
import { code, page, table } from './markdown.ts';

/** A contract with its document. */
interface ContractPage extends FoundContract {
  readonly document: ContractDocument;
}

/**
 * The overview of all contracts and one JSON document for each, by file name below
 * `docs/reference/`.
 */
export async function contractPages(): Promise<Map<string, string>> {
  const found = (await findContracts()).map((one) => ({
    ...one,
    document: documentOf(one.contract),
  }));
  const files = found.map(({ document }) => {
    return [`contracts/${fileOf(document)}`, `${JSON.stringify(document, null, 2)}\n`] as const;
  });
  return new Map([['contracts.md', overview(found)], ...files]);
}

function overview(found: readonly ContractPage[]): string {
  const events = found.filter(({ document }) => document.kind === 'event');
  const messages = found.filter(({ document }) => document.kind !== 'event');
  return page(
    '# Contracts',
    'The messages that cross the border of a module, checked where they are sent and where they ' +
      'are handled. Each has a JSON Schema; a breaking change is a new version.',
    'The files in `contracts/` are also the baseline: the code is compared with them, and ' +
      '`npm run reference` writes no change that breaks a reader. An event changes within its ' +
      'version only so that old and new code read both old and new events (`full`), unless it ' +
      'states `backward` (new code reads what is in the log) or `forward`. A command or a query ' +
      'may take more and answer less than before. `npm run cli -- contracts check --against REF` ' +
      'compares with any commit.',
    '## Events',
    table(
      ['Event', 'Version', 'What happened', 'In order by', 'Since', 'Deprecated', 'Declared in'],
      events.map(({ file, document }) => [
        linkOf(document),
        String(document.version),
        document.summary,
        code(keyOf(document)),
        document.since,
        deprecationOf(document),
        placeOf(file),
      ]),
    ),
    '## Commands and queries',
    table(
      [
        'Message',
        'Version',
        'Kind',
        'What it is for',
        'Answered by',
        'Since',
        'Deprecated',
        'Declared in',
      ],
      messages.map(({ file, document }) => [
        linkOf(document),
        String(document.version),
        document.kind,
        document.summary,
        file.split('/').slice(0, 2).join('/'),
        document.since,
        deprecationOf(document),
        placeOf(file),
      ]),
    ),
  );
}

function keyOf(document: ContractDocument): string {
  if (document.kind === 'event' && document.key !== undefined) return document.key;
  throw new Error(`no example of ${document.name} shows what orders it`);
}

function deprecationOf({ deprecated }: ContractDocument): string {
  if (deprecated === undefined) return '';
  return `since ${deprecated.since}, may go on ${deprecated.sunset}; use ${deprecated.use}`;
}

function fileOf({ name, version }: ContractDocument): string {
  return `${name}.v${version}.json`;
}

function linkOf(document: ContractDocument): string {
  return `[${document.name}](contracts/${fileOf(document)})`;
}

function placeOf(file: string): string {
  return `[${file.slice(file.lastIndexOf('/') + 1)}](../../src/${file})`;
}
