import { cleanHouse } from './clean-house.ts';
import { planted, type PlantedViolation } from './planted-violation.ts';

const letters = 'src/communication/letters';
const parcels = 'src/communication/parcels';
const reaction = `${letters}/reactions/file-letter-when-letter-sent.ts`;
const event = `${letters}/contracts/letter-sent.event.ts`;
const query = `${letters}/contracts/letter-exists.query.ts`;
const command = `${letters}/commands/send-letter.ts`;

/** A file of the clean house with one text in place of another. */
function changed(file: string, from: string, to: string): Record<string, string> {
  const text = cleanHouse[file] ?? '';
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  return { [file]: text.replace(from, to) };
}

const definers = `import { defineCommand, defineEvent } from '#shared-kernel/contracts/message-contract.js';\n`;
const wired = (name: string, file: string) =>
  changed(
    `${letters}/letters.module.ts`,
    `const workers = [`,
    `import { ${name} } from './${file}.js';\nconst workers = [${name}, `,
  );

const payloads = ['z.date()', 'z.array(z.map(z.string(), z.int()))', 'z.coerce.bigint()'];

export const plantedMessageViolations: readonly PlantedViolation[] = [
  {
    rule: 'published-events-have-contracts',
    what: 'an event that is published stands in commands/',
    files: {
      [`${letters}/commands/burn-letter.ts`]:
        `${definers}class Burnt extends defineEvent({ name: 'communication.burnt' }) {}\n` +
        `export const burn = () => Burnt.of({});\nexport const used = defineCommand;\n`,
    },
    at: `${letters}/commands/burn-letter.ts:3`,
  },
  planted(
    'published-events-have-contracts',
    'an instance of some class is published',
    `${letters}/commands/burn-letter.ts`,
    `export const burn = async (bus: { publish(x: object): void }) => bus.publish(new Date(0));`,
  ),
  {
    rule: 'events-published-by-owner',
    what: 'a module publishes an event of another',
    files: {
      [`${parcels}/commands/lie.ts`]:
        `import { LetterSent } from '#communication/letters/contracts/letter-sent.event.js';\n` +
        `export const lie = () => LetterSent.of({});\n`,
    },
    at: `${parcels}/commands/lie.ts:2`,
  },
  {
    rule: 'contracts-are-used',
    what: 'an event that nobody publishes',
    files: changed(command, 'LetterSent.of({})', 'LetterSent'),
    at: `${event}:3`,
  },
  {
    rule: 'contracts-are-used',
    what: 'an event that no reaction takes',
    files: {
      ...changed(reaction, '@EventsHandler(LetterSent)', '// @EventsHandler(LetterSent)'),
      ...changed(reaction, '@Reaction', '// @Reaction'),
      [reaction]: `export class FileLetterWhenLetterSent {}\n`,
    },
    at: `${event}:3`,
  },
  {
    rule: 'contracts-are-used',
    what: 'a query of contracts/ that only its own module asks',
    files: {
      ...changed(
        'src/communication/parcels/commands/ask-for-letter.ts',
        'new LetterExists()',
        'LetterExists',
      ),
    },
    at: `${query}:5`,
  },
  {
    rule: 'handled-messages-exist',
    what: 'a handler handles a class that is no command',
    files: changed(command, '@CommandHandler(SendLetter)', '@CommandHandler(SendLetter, Mailbox)'),
    at: `${command}:9`,
  },
  planted(
    'handled-messages-exist',
    'a bus is given an instance of some class',
    `${letters}/commands/burn-letter.ts`,
    `export const burn = async (bus: { execute(x: object): void }) => bus.execute(new Date(0));`,
  ),
  {
    rule: 'one-handler-per-message',
    what: 'a command has no handler',
    files: {
      [`${letters}/commands/burn-letter.ts`]:
        `${definers}export class BurnLetter extends defineCommand({ name: 'letters.burn' }) {}\n` +
        `export const used = defineEvent;\n`,
    },
    at: `${letters}/commands/burn-letter.ts:2`,
  },
  {
    rule: 'one-handler-per-message',
    what: 'a query has two handlers',
    files: {
      [`${letters}/queries/other.ts`]:
        `import { QueryHandler } from '@nestjs/cqrs';\n` +
        `import { LetterExists } from '../contracts/letter-exists.query.js';\n` +
        `@QueryHandler(LetterExists)\nexport class OtherHandler {}\n`,
      ...wired('OtherHandler', 'queries/other'),
    },
    at: `${letters}/queries/other.ts:3`,
  },
  {
    rule: 'message-names',
    what: 'an event is not named after its context',
    files: changed(event, `'communication.letter-sent'`, `'letters.letter-sent'`),
    at: `${event}:3`,
  },
  {
    rule: 'message-names',
    what: 'a name is computed',
    files: changed(event, `'communication.letter-sent'`, 'String(1)'),
    at: `${event}:3`,
  },
  {
    rule: 'message-names',
    what: 'two messages have one name and version',
    files: changed(command, `'letters.send-letter'`, `'letters.letter-exists'`),
    at: `${query}:5`,
  },
  {
    rule: 'reactions-have-stable-ids',
    what: 'a handler of events has no @Reaction',
    files: {
      [reaction]:
        `import { EventsHandler } from '@nestjs/cqrs';\n` +
        `import { LetterSent } from '../contracts/letter-sent.event.js';\n` +
        `@EventsHandler(LetterSent)\nexport class FileLetterWhenLetterSent {}\n`,
    },
    at: `${reaction}:3`,
  },
  {
    rule: 'reactions-have-stable-ids',
    what: 'a reaction has the name of another module',
    files: changed(reaction, `'letters.file`, `'parcels.file`),
    at: `${reaction}:4`,
  },
  {
    rule: 'reactions-have-stable-ids',
    what: 'an id is computed',
    files: changed(reaction, `'letters.file-letter-when-letter-sent'`, 'String(1)'),
    at: `${reaction}:4`,
  },
  {
    rule: 'reactions-have-stable-ids',
    what: 'a reaction takes over an id that is in use',
    files: {
      [`${letters}/reactions/other.ts`]: (cleanHouse[reaction] ?? '')
        .replace(`{ id: '`, `{ formerIds: ['letters.file-letter-when-letter-sent'], id: '`)
        .replace(`id: 'letters.file`, `id: 'letters.other`)
        .replace('class FileLetterWhenLetterSent', 'class Other'),
      ...wired('Other', 'reactions/other'),
    },
    at: `${letters}/reactions/other.ts:4`,
  },
  {
    rule: 'reactions-have-stable-ids',
    what: 'a class with @Reaction handles nothing',
    files: {
      [`${letters}/reactions/deaf.ts`]:
        `import { Reaction } from '#shared-kernel/messaging/reaction.js';\n` +
        `@Reaction({ id: 'letters.deaf' })\nexport class Deaf {}\n`,
    },
    at: `${letters}/reactions/deaf.ts:2`,
  },
  planted(
    'no-sagas',
    'a saga is imported',
    `${letters}/reactions/saga.ts`,
    `import { Saga as Story } from '@nestjs/cqrs'; export const used = Story;`,
  ),
  planted(
    'due-work-is-done',
    'an effect is due that nothing does',
    `${letters}/commands/burn-letter.ts`,
    `export const burn = () => ({ due: ['burn'] });`,
  ),
  {
    rule: 'due-work-is-done',
    what: 'two classes do one effect',
    files: {
      [`${letters}/commands/reprint-letter.ts`]:
        `import { DueWork } from '#shared-kernel/messaging/reaction.js';\n` +
        `@DueWork({ effect: 'print' })\nexport class ReprintLetter {}\n`,
      ...wired('ReprintLetter', 'commands/reprint-letter'),
    },
    at: `${letters}/commands/reprint-letter.ts:2`,
  },
  ...['', 'void '].map((drop) => ({
    rule: 'messages-are-awaited',
    what: `a query is asked without await, with "${drop}"`,
    files: changed('src/communication/parcels/commands/ask-for-letter.ts', 'await ', drop),
    at: 'src/communication/parcels/commands/ask-for-letter.ts:4',
  })),
  planted(
    'messages-are-awaited',
    'a commit is dropped behind a catch',
    `${letters}/commands/burn-letter.ts`,
    `export const burn = (log: Log) => { log.commit({}).catch(() => {}); };`,
  ),
  {
    rule: 'event-cycles',
    what: 'a reaction publishes what it reacts to',
    files: changed(
      reaction,
      'class FileLetterWhenLetterSent {}',
      'class FileLetterWhenLetterSent { again() { return LetterSent.of({}); } }',
    ),
    at: `${event}:3`,
  },
  {
    rule: 'event-cycles',
    what: 'due work of a reaction sends the command that publishes the event again',
    files: {
      ...changed(
        reaction,
        'class FileLetterWhenLetterSent {}',
        `class FileLetterWhenLetterSent { again() { return { due: ['print'] }; } }`,
      ),
      [`${letters}/commands/print-letter.ts`]:
        `import { DueWork } from '#shared-kernel/messaging/reaction.js';\n` +
        `import { SendLetter } from './send-letter.js';\n` +
        `@DueWork({ effect: 'print' })\n` +
        `export class PrintLetter { readonly next = new SendLetter() }\n`,
    },
    at: `${event}:3`,
  },
  ...payloads.map((payload) => ({
    rule: 'contract-payload-is-json',
    what: `an event carries ${payload}`,
    files: changed(event, 'z.string()', payload),
    at: `${event}:6`,
  })),
  {
    rule: 'contract-payload-is-json',
    what: 'a question carries bytes that another file describes',
    files: {
      'src/shared-kernel/contracts/bytes.ts': `import { z } from 'zod';\nexport const bytes = z.instanceof(Uint8Array);\n`,
      ...changed(
        query,
        'const question = z.strictObject({ letter: z.string() });',
        `import { bytes } from '#shared-kernel/contracts/bytes.js';\nconst question = { bytes };`,
      ),
    },
    at: `${query}:5`,
  },
  {
    rule: 'contract-payload-is-json',
    what: 'a question is nothing',
    files: changed(query, 'z.strictObject({ letter: z.string() })', 'z.void()'),
    at: `${query}:3`,
  },
  {
    rule: 'tables-have-one-owner',
    what: 'two modules make one table',
    files: {
      [`${parcels}/adapters/parcel.migrations.ts`]: `export const all = [\n  'CREATE TABLE letter (id)'];\n`,
    },
    at: `${parcels}/adapters/parcel.migrations.ts:2`,
  },
  planted(
    'tables-used-by-owner',
    'a query joins a table of another module',
    `${parcels}/adapters/van.ts`,
    `export const van = (db: Db) => db.innerJoin('letter as l', 'l.id', 'x');`,
  ),
  planted(
    'tables-used-by-owner',
    'SQL names a table of another module',
    `${parcels}/adapters/van.ts`,
    'export const van = sql`SELECT id FROM letter`;',
  ),
  planted(
    'tables-used-by-owner',
    'a query names a table that nobody makes',
    `${letters}/adapters/van.ts`,
    `export const van = (db: Db) => db.deleteFrom('van');`,
  ),
];
