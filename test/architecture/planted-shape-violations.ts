import { planted, type PlantedViolation } from './planted-violation.ts';

const letters = 'src/communication/letters';
const parcels = 'src/communication/parcels';

export const plantedShapeViolations: readonly PlantedViolation[] = [
  {
    rule: 'no-file-cycles',
    what: 'two files import each other, one of them a type',
    files: {
      [`${letters}/domain/stamp.ts`]: `import { type Ink } from './ink.js';\nexport type Stamp = Ink;\n`,
      [`${letters}/domain/ink.ts`]: `export const dry = 1;\nexport { type Stamp } from './stamp.js';\n`,
    },
    at: `${letters}/domain/ink.ts:2`,
  },
  planted(
    'no-forward-ref',
    'forwardRef is imported',
    `${letters}/adapters/paper-shredder.ts`,
    `import { forwardRef } from '@nestjs/common';`,
  ),
  {
    rule: 'modules-export-nothing',
    what: 'a module exports a provider',
    files: {
      [`${parcels}/README.md`]: '# Parcels\n',
      [`${parcels}/parcels.module.ts`]:
        `import { Module } from '@nestjs/common';\n` +
        `@Module({\n  exports: [Module],\n})\nexport class ParcelsModule {}\n`,
    },
    at: `${parcels}/parcels.module.ts:3`,
  },
  {
    rule: 'modules-export-nothing',
    what: 'a dynamic module exports what it computes',
    files: {
      [`${parcels}/README.md`]: '# Parcels\n',
      [`${parcels}/parcels.module.ts`]:
        `export const parcelsModule = (exports: unknown[]) => ({\n` + `  exports,\n});\n`,
    },
    at: `${parcels}/parcels.module.ts:2`,
  },
  planted(
    'constructor-parameters',
    'a constructor takes six parameters',
    `${letters}/adapters/paper-shredder.ts`,
    'export class Wide { constructor(a: 1, b: 1, c: 1, d: 1, e: 1, f: 1) { void [a, b, c, d, e, f]; } }',
  ),
  {
    rule: 'no-barrel-files',
    what: 'a folder has an index.ts',
    files: { [`${letters}/domain/index.ts`]: `export { Mailbox } from './mailbox.js';\n` },
    at: `${letters}/domain/index.ts:1`,
  },
  ...[`export * from './mailbox.js';`, `export * as all from './mailbox.js';`].map((fault) =>
    planted('no-star-exports', `a file says ${fault}`, `${letters}/domain/all-of-it.ts`, fault),
  ),
  ...[
    `${letters}/models/letter.ts`,
    `${letters}/letter.ts`,
    `${letters}/other.module.ts`,
    'src/shared-kernel/mail/mail.ts',
    'src/shared-kernel/mail.ts',
    'src/communication/mail.ts',
    'src/bootstrap.ts',
  ].map((file) => ({
    rule: 'folders-from-the-list',
    what: `a file is ${file}`,
    files: { [file]: 'export const fine = 1;\n', [`${letters}/README.md`]: '# Letters\n' },
    at: `${file}:1`,
  })),
  ...['sendLetter.ts', 'utils.ts', 'letter-helpers.ts', 'letter.service.ts', 'common/ink.ts'].map(
    (name) => ({
      rule: 'file-names',
      what: `a file is named ${name}`,
      files: { [`${letters}/domain/${name}`]: 'export const fine = 1;\n' },
      at: `${letters}/domain/${name}:1`,
    }),
  ),
  {
    rule: 'module-readme',
    what: 'a module has no README',
    files: { [`${parcels}/parcels.module.ts`]: 'export class ParcelsModule {}\n' },
    at: `${parcels}/parcels.module.ts:1`,
  },
  {
    rule: 'module-readme',
    what: 'a README has 26 lines',
    files: { [`${letters}/README.md`]: 'line\n'.repeat(26) },
    at: `${letters}/README.md:26`,
  },
];
