import { cleanHouse, contextFile, declarations } from './clean-house.ts';
import { planted, type PlantedViolation } from './planted-violation.ts';

const parcels = 'src/communication/parcels';
const context = 'src/communication/context.ts';
const { communication } = declarations;
const [fromLetters, fromRoads] = communication.relations;

/** The declaration of communication with some of it changed. */
const declared = (change: object) => ({
  [context]: contextFile('communication', { ...communication, ...change }),
});
const withRelation = (relation: object) =>
  declared({ relations: [...communication.relations, relation] });
const instead = (change: object) =>
  declared({ relations: [{ ...fromLetters, ...change }, fromRoads] });

/** The line of a text in the context.ts that a plant makes. */
function lineOf(files: Readonly<Record<string, string>>, text: string): string {
  const [file = '', content = ''] = Object.entries(files)[0] ?? [];
  return `${file}:${content.slice(0, content.lastIndexOf(text)).split('\n').length}`;
}

const madeNoSense: readonly (readonly [string, Record<string, string>, string])[] = [
  [
    'names a module that does not exist',
    withRelation({ ...fromRoads, upstream: 'infrastructure/rails' }),
    '    {',
  ],
  ['is declared twice', withRelation({ ...fromRoads }), '    {'],
  [
    'has a supplier without a customer',
    instead({ offers: ['supplier'], takes: null }),
    '    {\n      "upstream": "letters"',
  ],
  [
    'has a customer of an open host service',
    instead({ offers: ['supplier', 'open-host-service'], takes: 'customer' }),
    '    {\n      "upstream": "letters"',
  ],
  [
    'has an anti-corruption layer nowhere',
    instead({ takes: 'anti-corruption-layer' }),
    '    {\n      "upstream": "letters"',
  ],
];

const stale: readonly (readonly [string, Record<string, string>, string])[] = [
  [
    'a relation that no import uses',
    withRelation({ upstream: 'parcels', offers: [], downstream: 'letters', takes: null }),
    '    {',
  ],
  [
    'a partnership of which one side uses nothing',
    declared({ relations: [{ partners: ['letters', 'parcels'] }, fromRoads] }),
    '    {\n      "partners"',
  ],
  [
    'a folder of the kernel that nobody uses',
    declared({ sharedKernel: [...communication.sharedKernel, 'auth'] }),
    '"auth"',
  ],
  [
    'an external side of a contract that is not there',
    declared({ external: { 'communication.letter-lost': 'Nobody.' } }),
    '"communication.letter-lost"',
  ],
  [
    'an external side of a contract that has both',
    declared({ external: { 'communication.letter-sent': 'Nobody.' } }),
    '"communication.letter-sent"',
  ],
  [
    'a message that stays in the process and is not there',
    declared({ inProcess: { 'letters.read': 'Bytes.' } }),
    '"letters.read"',
  ],
  [
    'a message that stays in the process although it is JSON',
    declared({ inProcess: { 'letters.letter-exists': 'Bytes.' } }),
    '"letters.letter-exists"',
  ],
  [
    'a circle of events that is none',
    declared({ eventLoops: [{ events: ['communication.letter-sent'], because: 'x' }] }),
    '"communication.letter-sent"',
  ],
];

export const plantedRelationViolations: readonly PlantedViolation[] = [
  {
    rule: 'contexts-declare-themselves',
    what: 'a context has no context.ts',
    files: { 'src/trade/shop/domain/price.ts': 'export const price = 1;\n' },
    at: 'src/trade/shop/domain/price.ts:1',
  },
  {
    rule: 'contexts-declare-themselves',
    what: 'a declaration is computed',
    files: {
      'src/trade/context.ts': `export const trade = { purpose: String(1), relations: [] };\n`,
    },
    at: 'src/trade/context.ts:1',
  },
  {
    rule: 'contexts-declare-themselves',
    what: 'a declaration lacks a part',
    files: { 'src/trade/context.ts': `export const trade = { purpose: 'Sells.' };\n` },
    at: 'src/trade/context.ts:1',
  },
  {
    rule: 'contexts-declare-themselves',
    what: 'a declaration imports what runs',
    files: {
      [context]: `${cleanHouse[context] ?? ''}import '#shared-kernel/messaging/event-log.js';\n`,
    },
    at: `${context}:${(cleanHouse[context] ?? '').split('\n').length}`,
  },
  planted(
    'contexts-declare-themselves',
    'a module imports the declaration',
    `${parcels}/domain/van.ts`,
    `import { communication } from '#communication/context.js';`,
  ),
  ...madeNoSense.map(([what, files, text]) => ({
    rule: 'relations-make-sense',
    what: `a relation ${what}`,
    files,
    at: lineOf(files, text),
  })),
  {
    rule: 'relations-make-sense',
    what: 'a relation is declared in the context of the upstream module',
    files: {
      'src/infrastructure/context.ts': contextFile('infrastructure', {
        ...declarations.infrastructure,
        relations: [fromRoads],
      }).replace('"parcels"', '"communication/parcels"'),
      ...declared({ relations: [fromLetters] }),
    },
    at: 'src/infrastructure/context.ts:8',
  },
  {
    rule: 'relations-declared',
    what: 'a module uses a contract without a relation',
    files: declared({ relations: [fromLetters] }),
    at: `${parcels}/reactions/wrap-parcel-when-letter-sent.ts:2`,
  },
  ...stale.map(([what, files, text]) => ({
    rule: 'declarations-not-stale',
    what,
    files,
    at: lineOf(files, text),
  })),
  {
    rule: 'translation-in-one-folder',
    what: 'a command uses an upstream contract beside the layer that translates',
    files: instead({ takes: 'anti-corruption-layer', translatedIn: 'reactions' }),
    at: `${parcels}/commands/ask-for-letter.ts:2`,
  },
  {
    rule: 'published-language-is-messages',
    what: 'a function is imported from contracts/',
    files: {
      'src/communication/letters/contracts/postage.ts': `export const postageOf = () => 1;\n`,
      [`${parcels}/commands/weigh-parcel.ts`]:
        `import { postageOf } from '#communication/letters/contracts/postage.js';\n` +
        `export const weigh = postageOf;\n`,
    },
    at: `${parcels}/commands/weigh-parcel.ts:1`,
  },
  {
    rule: 'kernel-folders-declared',
    what: 'a module uses a folder of the kernel that its context does not list',
    files: {
      ...declared({
        sharedKernel: communication.sharedKernel.filter((folder) => folder !== 'http'),
      }),
    },
    at: 'src/communication/letters/http/letters.controller.ts:3',
  },
];
