import { cleanHouse } from './clean-house.ts';

const letters = 'src/communication/letters';

/** Files that look like a fault and are none: what, path, text. */
export const allowedCode: readonly (readonly [string, string, string])[] = [
  [
    'the domain names the types of writes and of the event log',
    `${letters}/domain/stamp.ts`,
    `import { type Write } from '#shared-kernel/persistence/store.js';\n` +
      `import type { append } from '#shared-kernel/messaging/event-log.js';\n` +
      `import type * as log from '#shared-kernel/messaging/event-log.js';\n`,
  ],
  [
    'the domain makes a date of a time that came in',
    `${letters}/domain/stamp.ts`,
    `export const dateOf = (atMs: number) => new Date(atMs).toISOString();\n`,
  ],
  [
    'a reaction of communication reads a contract of infrastructure',
    'src/communication/parcels/reactions/detour-when-road-closed.ts',
    `import { roadClosed } from '#infrastructure/roads/contracts/road-closed.event.js';\n`,
  ],
  [
    'a controller reads a query and a contract of another module',
    'src/communication/parcels/http/parcels.controller.ts',
    `import { letterSent } from '#communication/letters/contracts/letter-sent.event.js';\n` +
      `import { listParcels } from '../queries/list-parcels.js';\n`,
  ],
  [
    'an adapter takes packages by default, whole, and by require',
    `${letters}/adapters/pen.ts`,
    `import pino from 'pino';\nimport * as nodemailer from 'nodemailer';\n` +
      `import undici = require('undici');\nconst pg = require('pg');\n`,
  ],
  [
    'an adapter loads what it computes',
    `${letters}/adapters/pen.ts`,
    `export const load = (name: string) => import(name);\nrequire();\n`,
  ],
  ['a file exports names that it imported', `${letters}/adapters/pen.ts`, 'export {};\n'],
  [
    'a module exports an empty list',
    `${letters}/letters.module.ts`,
    (cleanHouse[`${letters}/letters.module.ts`] ?? '').replace('({})', '({ exports: [] })'),
  ],
  [
    'the wiring of the kernel stands at its top',
    'src/shared-kernel/kernel.module.ts',
    'export {};',
  ],
  ['the catalogue of errors has a test', `${letters}/errors.unit.spec.ts`, 'export {};\n'],
  ['the wiring has a test', `${letters}/letters.module.unit.spec.ts`, 'export {};\n'],
  ['a layer has sub-folders', `${letters}/domain/inks/blue.ts`, 'export {};\n'],
  ['a README has 25 lines', `${letters}/README.md`, 'line\n'.repeat(25)],
  [
    'a long line holds a string or an address',
    `${letters}/domain/stamp.ts`,
    `export const long = '${'x'.repeat(100)}';\n// See https://example.com/${'y'.repeat(90)}\n`,
  ],
  [
    'a test imports the wiring and the handlers of its module',
    `${letters}/domain/stamp.unit.spec.ts`,
    `import { SendLetterHandler } from '../commands/send-letter.js';\n`,
  ],
  [
    'a query selects from a name that it makes itself',
    `${letters}/adapters/pen.ts`,
    `export const pen = (db: Db) => db.with('due(id)', all).selectFrom('due as d');\n`,
  ],
  [
    'an old version of an event is neither published nor taken',
    `${letters}/contracts/letter-sent-v0.event.ts`,
    `import { defineEvent } from '#shared-kernel/contracts/message-contract.js';\n` +
      `const old = { name: 'communication.letter-sent', version: 0 };\n` +
      `export class LetterSentV0 extends defineEvent(old) {}\n`,
  ],
  [
    'a promise is kept, answered or waited for with others',
    `${letters}/commands/burn-letter.ts`,
    `export const burn = async (log: Log) => {\n` +
      `  const one = log.commit({});\n  await log.commit({});\n  return [one, log.commit({})];\n};\n`,
  ],
  [
    'prose speaks from letter to letter',
    'src/communication/parcels/adapters/van.ts',
    `export const prose = 'a parcel comes from letter, goes into letter and joins letter';\n`,
  ],
  ['a package without scripts', 'package.json', '{}'],
];
