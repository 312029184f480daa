const module = 'src/communication/letters';

const kernel: Readonly<Record<string, string>> = {
  'src/shared-kernel/domain/clock.ts': `export abstract class Clock { abstract now(): number }\n`,
  'src/shared-kernel/domain/ids.ts':
    `import { v7 } from 'uuid';\n` +
    `import { type Clock } from './clock.js';\n` +
    `export const newId = (clock: Clock) => v7({ msecs: clock.now() });\n`,
  'src/shared-kernel/persistence/store.ts': `export interface Write { readonly sql: string }\n`,
  'src/shared-kernel/messaging/event-log.ts':
    `import { type Write } from '#shared-kernel/persistence/store.js';\n` +
    `export const append: Write = { sql: '' };\n`,
  'src/shared-kernel/messaging/reaction.ts':
    `export const Reaction = (options: object): ClassDecorator => () => void options;\n` +
    `export const DueWork = Reaction;\n`,
  'src/shared-kernel/contracts/message-contract.ts':
    `export const defineEvent = (contract: object) =>\n` +
    `  class { static of(data: object) { return { contract, data }; } };\n` +
    `export const defineCommand = defineEvent;\nexport const defineQuery = defineEvent;\n`,
  'src/shared-kernel/contracts/context-declaration.ts': `export interface ContextDeclaration {}\n`,
  'src/shared-kernel/http/problem.ts': `export const problemType = 'application/problem+json';\n`,
  'src/shared-kernel/messaging/messaging.module.ts':
    `import { Global, Module } from '@nestjs/common';\n` +
    `import { Clock } from '#shared-kernel/domain/clock.js';\n` +
    `const clocks = [{ provide: Clock, useValue: { now: () => 0 } }];\n` +
    `@Global()\n@Module({ providers: clocks, exports: [Clock] })\nexport class MessagingModule {}\n`,
};

const messages: Readonly<Record<string, string>> = {
  [`${module}/contracts/letter-sent.event.ts`]:
    `import { z } from 'zod';\n` +
    `import { defineEvent } from '#shared-kernel/contracts/message-contract.js';\n` +
    `export class LetterSent extends defineEvent({\n` +
    `  name: 'communication.letter-sent',\n  version: 1,\n  schema: z.string(),\n}) {}\n`,
  [`${module}/contracts/letter-exists.query.ts`]:
    `import { z } from 'zod';\n` +
    `import { defineQuery } from '#shared-kernel/contracts/message-contract.js';\n` +
    `const question = z.strictObject({ letter: z.string() });\n` +
    `const definition = { name: 'letters.letter-exists', input: question, result: z.boolean() };\n` +
    `export class LetterExists extends defineQuery(definition) {}\n`,
  'src/infrastructure/roads/contracts/road-closed.event.ts':
    `import { z } from 'zod';\n` +
    `import { defineEvent } from '#shared-kernel/contracts/message-contract.js';\n` +
    `export class RoadClosed extends defineEvent({\n` +
    `  name: 'infrastructure.road-closed',\n  schema: z.codec(z.string(), z.date(), {}),\n}) {}\n`,
};

const handlers: Readonly<Record<string, string>> = {
  [`${module}/commands/send-letter.ts`]:
    `import { CommandHandler } from '@nestjs/cqrs';\n` +
    `import { z } from 'zod';\n` +
    `import { defineCommand } from '#shared-kernel/contracts/message-contract.js';\n` +
    `import { Clock } from '#shared-kernel/domain/clock.js';\n` +
    `import { LetterSent } from '../contracts/letter-sent.event.js';\n` +
    `import { Mailbox } from '../domain/mailbox.js';\n` +
    `const definition = { name: 'letters.send-letter', input: z.date(), result: z.void() };\n` +
    `export class SendLetter extends defineCommand(definition) {}\n` +
    `@CommandHandler(SendLetter)\n` +
    `export class SendLetterHandler {\n` +
    `  constructor(readonly mailbox: Mailbox, readonly clock: Clock) {}\n` +
    `  decision() { return { events: [LetterSent.of({})], due: ['print'] }; }\n` +
    `}\n`,
  [`${module}/commands/print-letter.ts`]:
    `import { DueWork } from '#shared-kernel/messaging/reaction.js';\n` +
    `@DueWork({ effect: 'print' })\nexport class PrintLetter {}\n`,
  [`${module}/queries/letter-exists.ts`]:
    `import { QueryHandler } from '@nestjs/cqrs';\n` +
    `import { LetterExists } from '../contracts/letter-exists.query.js';\n` +
    `@QueryHandler(LetterExists)\nexport class LetterExistsHandler {}\n`,
  [`${module}/queries/list-letters.ts`]: `import { sql } from 'kysely';\nexport const listLetters = sql;\n`,
  [`${module}/reactions/file-letter-when-letter-sent.ts`]:
    `import { EventsHandler } from '@nestjs/cqrs';\n` +
    `import { Reaction } from '#shared-kernel/messaging/reaction.js';\n` +
    `import { LetterSent } from '../contracts/letter-sent.event.js';\n` +
    `@Reaction({ id: 'letters.file-letter-when-letter-sent' })\n` +
    `@EventsHandler(LetterSent)\nexport class FileLetterWhenLetterSent {}\n`,
  'src/communication/parcels/commands/ask-for-letter.ts':
    `import { type QueryBus } from '@nestjs/cqrs';\n` +
    `import { LetterExists } from '#communication/letters/contracts/letter-exists.query.js';\n` +
    `export const ask = async (bus: QueryBus) => {\n` +
    `  await bus.execute(new LetterExists());\n};\n`,
  'src/communication/parcels/reactions/wrap-parcel-when-letter-sent.ts':
    `import { LetterSent } from '#communication/letters/contracts/letter-sent.event.js';\n` +
    `import { RoadClosed } from '#infrastructure/roads/contracts/road-closed.event.js';\n` +
    `export const wraps = [LetterSent, RoadClosed];\n`,
};

/** The declarations of the small house, in parts, so that a test can change one. */
export const declarations = {
  communication: {
    purpose: 'Sends things.',
    sharedKernel: ['contracts', 'domain', 'http', 'messaging', 'persistence'],
    relations: [
      {
        upstream: 'letters',
        offers: ['open-host-service', 'published-language'],
        downstream: 'parcels',
        takes: 'conformist',
      },
      { upstream: 'infrastructure/roads', offers: [], downstream: 'parcels', takes: null },
    ],
  },
  infrastructure: {
    purpose: 'Carries things.',
    sharedKernel: ['contracts'],
    relations: [],
    external: { 'infrastructure.road-closed': 'The road authority says so; drivers react.' },
  },
};

/** A context.ts: its import, and from line 2 on the declaration, indented by two. */
export function contextFile(name: string, declaration: object): string {
  return (
    `import type { ContextDeclaration } from '#shared-kernel/contracts/context-declaration.js';\n` +
    `export const ${name} = ${JSON.stringify(declaration, null, 2)} as const satisfies ` +
    `ContextDeclaration;\n`
  );
}

/** The smallest house that has every room and breaks no rule. */
export const cleanHouse: Readonly<Record<string, string>> = {
  ...kernel,
  ...messages,
  ...handlers,
  'package.json': '{\n  "name": "house",\n  "scripts": { "start": "node dist/main.js" }\n}\n',
  'src/main.ts': `import { AppModule } from './app.module.js';\nconsole.log(AppModule.name);\n`,
  'src/app.module.ts':
    `import { Module } from '@nestjs/common';\n` +
    `import { LettersModule } from '#communication/letters/letters.module.js';\n` +
    `@Module({ imports: [LettersModule] })\nexport class AppModule {}\n`,
  'src/communication/context.ts': contextFile('communication', declarations.communication),
  'src/infrastructure/context.ts': contextFile('infrastructure', declarations.infrastructure),
  [`${module}/letters.module.ts`]:
    `import { Module } from '@nestjs/common';\n` +
    `import { PaperMailbox } from './adapters/paper-mailbox.js';\n` +
    `import { PrintLetter } from './commands/print-letter.js';\n` +
    `import { SendLetterHandler } from './commands/send-letter.js';\n` +
    `import { Mailbox } from './domain/mailbox.js';\n` +
    `import { LettersController } from './http/letters.controller.js';\n` +
    `import { LetterExistsHandler } from './queries/letter-exists.js';\n` +
    `import { FileLetterWhenLetterSent } from './reactions/file-letter-when-letter-sent.js';\n` +
    `const workers = [PrintLetter];\n` +
    `@Module({})\nexport class LettersModule {\n  static forRoot() {\n    return {\n` +
    `      module: LettersModule,\n      controllers: [LettersController],\n` +
    `      providers: [\n        { provide: Mailbox, useClass: PaperMailbox },\n` +
    `        SendLetterHandler,\n        LetterExistsHandler,\n        FileLetterWhenLetterSent,\n` +
    `        ...workers,\n      ],\n    };\n  }\n}\n`,
  [`${module}/README.md`]: '# Letters\n\nSends letters.\n',
  [`${module}/errors.ts`]: `import { newId } from '#shared-kernel/domain/ids.js';\nexport const lost = newId;\n`,
  [`${module}/domain/mailbox.ts`]:
    `import { createHash } from 'node:crypto';\n` +
    `import { type Write } from '#shared-kernel/persistence/store.js';\n` +
    `import { lost } from '../errors.js';\n` +
    `export abstract class Mailbox { abstract post(atMs: number): Write }\n` +
    `export const digest = (atMs: number) => [createHash('sha256'), new Date(atMs), lost];\n`,
  [`${module}/http/letters.controller.ts`]:
    `import { Controller } from '@nestjs/common';\n` +
    `import { CommandBus } from '@nestjs/cqrs';\n` +
    `import { problemType } from '#shared-kernel/http/problem.js';\n` +
    `import { SendLetter } from '../commands/send-letter.js';\n` +
    `@Controller('letters')\n` +
    `export class LettersController {\n` +
    `  constructor(readonly commands: CommandBus) {}\n` +
    `  send() { return this.commands.execute(new SendLetter()) ?? problemType; }\n}\n`,
  [`${module}/adapters/letter.migrations.ts`]: `export const letterMigrations = [\n  \`CREATE TABLE letter (\n    id TEXT PRIMARY KEY\n  )\`,\n];\n`,
  [`${module}/adapters/paper-mailbox.ts`]:
    `import { writeFileSync } from 'node:fs';\n` +
    `import { type Kysely, sql } from 'kysely';\n` +
    `import { Mailbox } from '../domain/mailbox.js';\n` +
    `export abstract class PaperMailbox extends Mailbox { readonly write = writeFileSync }\n` +
    `export const all = (db: Kysely<object>) => [db.selectFrom('letter as one'), sql\`FROM letter\`];\n`,
  [`${module}/adapters/paper-mailbox.unit.spec.ts`]:
    `import { startHouse } from '../../../../test/support/house.js';\n` +
    `import { PaperMailbox } from './paper-mailbox.js';\nstartHouse(PaperMailbox);\n`,
  'src/infrastructure/roads/domain/road.ts': `export interface Road { readonly widthMm: number }\n`,
};
