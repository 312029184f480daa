import { planted, type PlantedViolation } from './planted-violation.ts';

const letters = 'src/communication/letters';
const parcels = 'src/communication/parcels';

export const plantedLayerViolations: readonly PlantedViolation[] = [
  planted(
    'contracts-import-kernel-and-zod',
    'a contract imports the domain',
    `${letters}/contracts/letter-burnt.event.ts`,
    `import { Mailbox } from '../domain/mailbox.js';`,
  ),
  planted(
    'contracts-import-kernel-and-zod',
    'a contract imports a contract of another module',
    `${parcels}/contracts/parcel-wrapped.event.ts`,
    `import { letterSent } from '#communication/letters/contracts/letter-sent.event.js';`,
  ),
  planted(
    'contracts-import-kernel-and-zod',
    'a contract imports a package',
    `${letters}/contracts/letter-burnt.event.ts`,
    `import { Type } from '@nestjs/common';`,
  ),
  ...[
    `import { Injectable } from '@nestjs/common';`,
    `import { readFileSync } from 'node:fs';`,
    `import { request } from 'undici';`,
    `import { letterSent } from '../contracts/letter-sent.event.js';`,
    `import { PaperMailbox } from '../adapters/paper-mailbox.js';`,
    `import { problemType } from '#shared-kernel/http/problem.js';`,
    `import { append } from '#shared-kernel/messaging/event-log.js';`,
    `import { letterSent } from '#communication/letters/contracts/letter-sent.event.js';`,
  ].map((fault, index) =>
    planted(
      'domain-is-pure',
      `the domain says ${fault}`,
      index < 7 ? `${letters}/domain/stamp.ts` : `${parcels}/domain/stamp.ts`,
      fault,
    ),
  ),
  ...[
    'Date.now()',
    'new Date()',
    'Math.random()',
    'crypto.randomUUID()',
    'randomBytes(16)',
    'performance.now()',
    'process.hrtime()',
    'process.env.HOME',
    'setTimeout(() => {}, 1)',
    'fetch("/")',
  ].map((fault) =>
    planted(
      'domain-has-no-clock',
      `the domain says ${fault}`,
      `${letters}/domain/stamp.ts`,
      `export const impure = () => ${fault};`,
    ),
  ),
  ...[
    ['commands', `import { problemType } from '#shared-kernel/http/problem.js';`],
    ['commands', `import { LettersController } from '../http/letters.controller.js';`],
    ['commands', `import { sql } from 'kysely';`],
    ['queries', `import { PaperMailbox } from '../adapters/paper-mailbox.js';`],
    ['reactions', `import { createTransport } from 'nodemailer';`],
  ].map(([layer, fault = '']) =>
    planted(
      'handlers-only-decide',
      `${layer}/ says ${fault}`,
      `${letters}/${layer}/burn-letter.ts`,
      fault,
    ),
  ),
  planted(
    'http-speaks-messages',
    'a controller imports the domain',
    `${letters}/http/stamps.controller.ts`,
    `import { Mailbox } from '../domain/mailbox.js';`,
  ),
  planted(
    'http-speaks-messages',
    'a controller imports an adapter',
    `${letters}/http/stamps.controller.ts`,
    `import { PaperMailbox } from '../adapters/paper-mailbox.js';`,
  ),
  planted(
    'adapters-call-no-handlers',
    'an adapter imports a command',
    `${letters}/adapters/paper-shredder.ts`,
    `import { SendLetterHandler } from '../commands/send-letter.js';`,
  ),
  planted(
    'adapters-call-no-handlers',
    'an adapter imports a controller',
    `${letters}/adapters/paper-shredder.ts`,
    `import { LettersController } from '../http/letters.controller.js';`,
  ),
  planted(
    'errors-stand-alone',
    'the error catalogue imports an adapter',
    `${parcels}/errors.ts`,
    `import { van } from './adapters/van.js';`,
  ),
];
