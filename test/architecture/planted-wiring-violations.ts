import { cleanHouse } from './clean-house.ts';
import { planted, type PlantedViolation } from './planted-violation.ts';

const letters = 'src/communication/letters';
const parcels = 'src/communication/parcels';

const parcelsModule = (decorator: string) => ({
  [`${parcels}/README.md`]: '# Parcels\n',
  [`${parcels}/parcels.module.ts`]:
    `import { Global, Module } from '@nestjs/common';\n` +
    `import { Wrapper } from './domain/wrapper.js';\n` +
    `${decorator}\nexport class ParcelsModule {}\nexport const used = Global;\n`,
});
/** Letters with a provider that others can name without an import. */
const deskOfLetters = {
  [`${letters}/letters.module.ts`]: (cleanHouse[`${letters}/letters.module.ts`] ?? '').replace(
    '...workers,',
    `...workers, { provide: 'DESK', useValue: 1 },`,
  ),
};
const wrapper = (parameter: string) => ({
  [`${parcels}/domain/wrapper.ts`]: `export class Wrapper {\n  constructor(${parameter}) {}\n}\n`,
});

const handler = (name: string) =>
  `import { Reaction } from '#shared-kernel/messaging/reaction.js';\n` +
  `import { Controller } from '@nestjs/common';\nexport const used = [Reaction, Controller];\n${name}\n`;

export const plantedWiringViolations: readonly PlantedViolation[] = [
  {
    rule: 'no-injection-across-modules',
    what: 'a factory is handed a provider of another module',
    files: {
      ...deskOfLetters,
      ...wrapper(''),
      ...parcelsModule(
        `@Module({\n  providers: [{ provide: Wrapper, useFactory: () => 1, inject: [\n    'DESK'] }] })`,
      ),
    },
    at: `${parcels}/parcels.module.ts:5`,
  },
  {
    rule: 'no-injection-across-modules',
    what: 'a class injects a provider of another module by a text',
    files: {
      ...deskOfLetters,
      [`${parcels}/adapters/wrapper.ts`]:
        `import { Inject } from '@nestjs/common';\n` +
        `class Base {\n  constructor(@Inject('DESK') readonly desk: object) {}\n}\n` +
        `export class Wrapper extends Base {}\n`,
      [`${parcels}/README.md`]: '# Parcels\n',
      [`${parcels}/parcels.module.ts`]:
        `import { Module } from '@nestjs/common';\nimport { Wrapper } from './adapters/wrapper.js';\n` +
        `@Module({ providers: [Wrapper] })\nexport class ParcelsModule {}\n`,
    },
    at: `${parcels}/adapters/wrapper.ts:3`,
  },
  {
    rule: 'no-injection-across-modules',
    what: 'the kernel injects what a module of a context provides, by a text',
    files: {
      ...deskOfLetters,
      'src/shared-kernel/http/http.module.ts':
        `import { Module } from '@nestjs/common';\n` +
        `@Module({ providers: [{ provide: 'X', useFactory: () => 1,\n  inject: ['DESK'] }] })\n` +
        `export class HttpModule {}\n`,
    },
    at: 'src/shared-kernel/http/http.module.ts:3',
  },
  {
    rule: 'no-global-outside-kernel',
    what: 'a module of a context has @Global()',
    files: {
      [`${parcels}/README.md`]: '# Parcels\n',
      [`${parcels}/parcels.module.ts`]:
        `import { Global, Module } from '@nestjs/common';\n` +
        `@Module({})\n@Global()\nexport class ParcelsModule {}\n`,
    },
    at: `${parcels}/parcels.module.ts:3`,
  },
  {
    rule: 'no-global-outside-kernel',
    what: 'a dynamic module of a context is global',
    files: {
      [`${parcels}/README.md`]: '# Parcels\n',
      [`${parcels}/parcels.module.ts`]:
        `import { Module } from '@nestjs/common';\n@Module({})\nexport class ParcelsModule {\n` +
        `  static forRoot() { return { module: ParcelsModule,\n    global: true }; }\n}\n`,
    },
    at: `${parcels}/parcels.module.ts:5`,
  },
  planted(
    'no-reach-past-modules',
    'an adapter gets a provider from anywhere',
    `${letters}/adapters/scout.ts`,
    `export const scout = (ref: { get(x: string, y: object): void }) => ref.get('x', { strict: false });`,
  ),
  {
    rule: 'handlers-are-provided',
    what: 'a controller is wired by no module',
    files: { [`${letters}/http/stray.ts`]: handler(`@Controller('stray')\nexport class Stray {}`) },
    at: `${letters}/http/stray.ts:4`,
  },
  {
    rule: 'handlers-are-provided',
    what: 'a handler is provided twice',
    files: {
      [`${letters}/letters.module.ts`]: (cleanHouse[`${letters}/letters.module.ts`] ?? '').replace(
        '[PrintLetter]',
        '[PrintLetter, PrintLetter]',
      ),
    },
    at: `${letters}/commands/print-letter.ts:2`,
  },
];
