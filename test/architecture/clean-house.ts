const module = 'src/communication/letters';

/** The smallest house that has every room and breaks no rule. */
export const cleanHouse: Readonly<Record<string, string>> = {
  'package.json': '{\n  "name": "house",\n  "scripts": { "start": "node dist/main.js" }\n}\n',
  'src/main.ts': `import { AppModule } from './app.module.js';\nconsole.log(AppModule.name);\n`,
  'src/app.module.ts':
    `import { Module } from '@nestjs/common';\n` +
    `import { LettersModule } from '#communication/letters/letters.module.js';\n` +
    `@Module({ imports: [LettersModule] })\nexport class AppModule {}\n`,
  'src/shared-kernel/domain/clock.ts': `export abstract class Clock { abstract now(): number }\n`,
  'src/shared-kernel/domain/ids.ts':
    `import { v7 } from 'uuid';\n` +
    `import { type Clock } from './clock.js';\n` +
    `export const newId = (clock: Clock) => v7({ msecs: clock.now() });\n`,
  'src/shared-kernel/persistence/store.ts': `export interface Write { readonly sql: string }\n`,
  'src/shared-kernel/messaging/event-log.ts':
    `import { type Write } from '#shared-kernel/persistence/store.js';\n` +
    `export const append: Write = { sql: '' };\n`,
  'src/shared-kernel/http/problem.ts': `export const problemType = 'application/problem+json';\n`,
  [`${module}/letters.module.ts`]:
    `import { Module } from '@nestjs/common';\n` +
    `import { PaperMailbox } from './adapters/paper-mailbox.js';\n` +
    `import { SendLetterHandler } from './commands/send-letter.js';\n` +
    `import { LettersController } from './http/letters.controller.js';\n` +
    `@Module({ controllers: [LettersController], providers: [PaperMailbox, SendLetterHandler] })\n` +
    `export class LettersModule {}\n`,
  [`${module}/README.md`]: '# Letters\n\nSends letters.\n',
  [`${module}/errors.ts`]: `import { newId } from '#shared-kernel/domain/ids.js';\nexport const lost = newId;\n`,
  [`${module}/contracts/letter-sent.event.ts`]:
    `import { z } from 'zod';\n` +
    `import { append } from '#shared-kernel/messaging/event-log.js';\n` +
    `export const letterSent = { schema: z.string(), append };\n`,
  [`${module}/domain/mailbox.ts`]:
    `import { createHash } from 'node:crypto';\n` +
    `import { type Write } from '#shared-kernel/persistence/store.js';\n` +
    `import { lost } from '../errors.js';\n` +
    `export abstract class Mailbox { abstract post(atMs: number): Write }\n` +
    `export const digest = (atMs: number) => [createHash('sha256'), new Date(atMs), lost];\n`,
  [`${module}/commands/send-letter.ts`]:
    `import { CommandHandler } from '@nestjs/cqrs';\n` +
    `import { append } from '#shared-kernel/messaging/event-log.js';\n` +
    `import { letterSent } from '../contracts/letter-sent.event.js';\n` +
    `import { Mailbox } from '../domain/mailbox.js';\n` +
    `@CommandHandler(Mailbox)\n` +
    `export class SendLetterHandler {\n` +
    `  constructor(readonly mailbox: Mailbox) {}\n` +
    `  readonly sends = [append, letterSent];\n` +
    `}\n`,
  [`${module}/queries/list-letters.ts`]: `import { sql } from 'kysely';\nexport const listLetters = sql;\n`,
  [`${module}/http/letters.controller.ts`]:
    `import { problemType } from '#shared-kernel/http/problem.js';\n` +
    `import { SendLetterHandler } from '../commands/send-letter.js';\n` +
    `export class LettersController { readonly sends = [problemType, SendLetterHandler] }\n`,
  [`${module}/adapters/paper-mailbox.ts`]:
    `import { writeFileSync } from 'node:fs';\n` +
    `import { Mailbox } from '../domain/mailbox.js';\n` +
    `export abstract class PaperMailbox extends Mailbox { readonly write = writeFileSync }\n`,
  [`${module}/adapters/paper-mailbox.unit.spec.ts`]:
    `import { startHouse } from '../../../../test/support/house.js';\n` +
    `import { PaperMailbox } from './paper-mailbox.js';\nstartHouse(PaperMailbox);\n`,
  'src/communication/parcels/reactions/wrap-parcel-when-letter-sent.ts':
    `import { letterSent } from '#communication/letters/contracts/letter-sent.event.js';\n` +
    `export const wraps = letterSent;\n`,
  'src/infrastructure/roads/domain/road.ts': `export interface Road { readonly widthMm: number }\n`,
};
